"""What newcomers send in a way that programs use is awaiting review; nobody else notices anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.programs import sign_opening_time
from forum import settings as served
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment, Trust
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.review import review_comment
from tests.factories import make_event, make_theme, new_key, open_thread

pytestmark = pytest.mark.django_db

NOT_OURS = "1353456:not-signed-by-us"


@pytest.fixture(autouse=True)
def _as_it_is_served(settings):
    settings.FASTEST_REPLY = served.FASTEST_REPLY


def ago(seconds: float) -> str:
    return sign_opening_time(timezone.now() - timedelta(seconds=seconds))


def send(cast, who, thread, **fields) -> Comment:
    words = {"source": "Hello.", "key": new_key(), "opened": ago(60)} | fields
    words = {name: value for name, value in words.items() if value is not None}
    answer = cast.client(who).post(f"/comments/{thread.opening_id}/reply/", words)
    assert answer.status_code == 302
    return Comment.objects.latest("pk")


@pytest.mark.parametrize(
    ("fields", "is_held"),
    [
        ({}, False),
        ({"homepage": "https://spam.example"}, True),
        ({"opened": lambda: ago(1)}, True),
        ({"opened": lambda: ago(4)}, False),
        ({"opened": ""}, True),
        ({"opened": None}, True),
        ({"opened": NOT_OURS}, True),
    ],
)
def test_a_newcomers_comment_that_a_program_sends_waits(thread, cast, fields, is_held):
    fields = {name: value() if callable(value) else value for name, value in fields.items()}
    sent = send(cast, "ben", thread, **fields)
    assert sent.is_public != is_held
    if is_held:
        page = cast.client("ben").get(f"/threads/{thread.pk}/").content.decode()
        assert "sent automatically" in page
        assert "spam.example" not in page


def test_whose_first_comment_was_published_is_no_newcomer(event, thread, cast, say):
    trap = {"homepage": "x", "opened": ago(0)}
    assert not send(cast, "ben", thread, **trap).is_public
    review_comment(
        Comment.objects.latest("pk"), Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now()
    )
    assert send(cast, "ben", thread, **trap).is_public
    assert send(cast, "mo", thread, **trap).is_public, "a moderator never waits"
    elsewhere = open_thread(make_theme(make_event(slug="bali")), cast.ada, "Elsewhere").thread
    assert not send(cast, "ben", elsewhere, **trap).is_public, "every event has its newcomers"


def test_a_removed_first_comment_makes_nobody_known_and_trust_does(event, thread, cast, say):
    remove_comment(
        say("ben", "Rude.", to=thread.opening), seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now()
    )
    assert not send(cast, "ben", thread, homepage="x").is_public
    Trust.objects.create(event=event, person=cast.ben, by=cast.mo, created_at=timezone.now())
    assert send(cast, "ben", thread, homepage="x").is_public


def test_an_opening_waits_too_and_its_thread_with_it(theme, cast):
    words = {"source": "Hello.", "title": "Cheap", "key": new_key(), "homepage": "x"}
    cast.client("ben").post(f"/{theme.event.slug}/{theme.slug}/open/", words)
    opening = Comment.objects.get()
    assert [reason["kind"] for reason in opening.hold.reasons] == ["machine"]
    assert "Cheap" not in cast.client("eve").get(f"/{theme.event.slug}/{theme.slug}/").content.decode()


def test_who_comes_back_to_a_draft_has_had_the_time(thread, cast):
    client, path = cast.client("ben"), f"/comments/{thread.opening_id}/reply/"
    client.post(f"/drafts/reply/{thread.opening_id}/", {"source": "Thought about.", "key": new_key(), "draft": "0"})
    mark = re.search(r'name="opened" value="([^"]+)"', client.get(path).content.decode())[1]
    assert send(cast, "ben", thread, opened=mark).is_public


def test_the_trap_of_a_box_is_out_of_sight_and_out_of_reach(thread, cast):
    page = cast.client("ben").get(f"/comments/{thread.opening_id}/reply/").content.decode()
    [trap] = re.findall(r'<p class="trap" aria-hidden="true">.*?</p>', page, re.S)
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


def hidden_in(page) -> dict[str, str]:
    """The hidden fields of a box."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))


def test_the_outbox_sends_later_what_the_box_brought(thread, cast):
    """A script sends the fields of the box as they are, whenever the line is back."""
    client, path = cast.client("ben"), f"/comments/{thread.opening_id}/reply/"
    words = hidden_in(client.get(path)) | {"opened": ago(3600), "source": "Sent later."}
    answer = client.post(path, words, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["change"]["status"]) == (201, "published")


def test_words_that_came_back_after_a_login_have_had_the_time(thread, cast):
    client, path = cast.client("ben"), f"/comments/{thread.opening_id}/reply/"
    words = hidden_in(client.get(path)) | {"source": "Typed before the session ended."}
    client.logout()
    assert client.post(path, words).status_code == 403
    client.force_login(cast.ben)
    page = client.get(path).content.decode()
    assert "Typed before the session ended." in page
    mark = re.search(r'name="opened" value="([^"]+)"', page)[1]
    assert send(cast, "ben", thread, opened=mark, source="Typed before the session ended.").is_public
