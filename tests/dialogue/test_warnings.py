"""Before a text is sent that would wait for its words, or because it was sent before, its writer is told once."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment, Draft, Trust
from forum.moderation.actions.review import review_comment
from tests.factories import new_key

pytestmark = pytest.mark.django_db

CASINO = "Visit the casino."


@pytest.fixture
def rules(event):
    """Sets the rules of the event."""

    def on(**kinds):
        event.hold_rules = {kind: {"is_on": True, **facts} for kind, facts in kinds.items()}
        event.save(update_fields=["hold_rules"])

    return on


@pytest.fixture
def send(cast):
    """Sends a box as a person, with what the box that came back says."""

    def post(who, path, source, acknowledged="", key="", **fields):
        words = {"source": source, "key": key or new_key(), "acknowledged": acknowledged} | fields
        return cast.client(who).post(path, {name: value for name, value in words.items() if value is not None})

    return post


def acknowledged_in(response) -> str:
    return re.search(r'name="acknowledged" value="([^"]*)"', response.content.decode())[1]


def test_a_writer_is_told_once_and_may_send_it_for_review(rules, thread, send):
    rules(words={"words": ["casino", "free money"]})
    path = f"/comments/{thread.opening_id}/reply/"
    told = send("ben", path, CASINO)
    page = told.content.decode()
    assert told.status_code == 422
    assert "This would be held for review, because it contains casino. You can edit it, or send it for review." in page
    assert re.search(r">\s*Send for review\s*</button>", page)
    assert f">\n{CASINO}</textarea>" in page or f">{CASINO}</textarea>" in page
    assert Comment.objects.count() == 1
    assert send("ben", path, CASINO, acknowledged_in(told)).status_code == 302
    held = Comment.objects.latest("pk")
    assert (held.status, held.hold.reasons[0]["words"]) == ("held", ["casino"])


def test_new_words_are_told_anew_and_fewer_are_not(rules, thread, send):
    rules(words={"words": ["casino", "free money"]})
    path = f"/comments/{thread.opening_id}/reply/"
    first = acknowledged_in(send("ben", path, CASINO))
    more = send("ben", path, f"{CASINO} And free money.", first)
    assert (more.status_code, "casino, free money" in more.content.decode()) == (422, True)
    assert send("ben", path, "Free money alone.", acknowledged_in(more)).status_code == 302


def test_who_edits_the_words_out_is_published(rules, thread, send):
    rules(words={"words": ["casino"]})
    path = f"/comments/{thread.opening_id}/reply/"
    told = send("ben", path, CASINO)
    assert send("ben", path, "Visit the library.", acknowledged_in(told)).status_code == 302
    assert Comment.objects.latest("pk").is_public


def test_the_same_text_again_is_told_and_a_repeated_request_is_not(rules, thread, send):
    rules(repetition={})
    path, key = f"/comments/{thread.opening_id}/reply/", new_key()
    assert send("ben", path, "Read my page.", key=key).status_code == 302
    assert send("ben", path, "Read my page.", key=key).status_code == 302, "its first answer was lost on the way"
    again = send("ben", path, "Read my page.")
    assert (again.status_code, "you sent the same text before" in again.content.decode()) == (422, True)
    assert send("ben", path, "Read my page.", acknowledged_in(again)).status_code == 302
    assert list(Comment.objects.order_by("pk").values_list("status", flat=True)) == ["published", "published", "held"]


@pytest.mark.parametrize(
    ("who", "kinds", "field", "status"),
    [
        ("ben", {"words": {"words": ["casino"]}}, "", "told"),
        ("ben", {"words": {"words": ["casino"]}}, None, "held"),  # a program that knows no such field
        ("ben", {"words": {"words": ["casino"]}, "newcomers": {"number": 2}}, "", "held"),  # waits all the same
        ("ben", {"everybody": {}}, "", "held"),
        ("ben", {"links": {"number": 1}}, "", "published"),
        ("mo", {"words": {"words": ["casino"]}}, "", "published"),
        ("ada", {"words": {"words": ["casino"]}}, "", "published"),  # trusted
    ],
)
def test_who_is_told(rules, event, thread, cast, send, who, kinds, field, status):
    rules(**kinds)
    Trust.objects.create(event=event, person=cast.ada, by=cast.mo, created_at=timezone.now())
    response = send(who, f"/comments/{thread.opening_id}/reply/", CASINO, field)
    assert response.status_code == (422 if status == "told" else 302)
    assert (Comment.objects.count() == 1) == (status == "told")
    if status != "told":
        assert Comment.objects.latest("pk").status == status


def test_a_thread_and_an_edit_are_told_of_too(rules, theme, thread, send, say):
    rules(words={"words": ["casino"]})
    mine = say("ben", "Harmless.", to=thread.opening)
    for path in (f"/{theme.event.slug}/{theme.slug}/open/", f"/comments/{mine.pk}/edit/"):
        before = Comment.objects.count()
        told = send("ben", path, CASINO, title="A title")
        assert (told.status_code, "because it contains casino" in told.content.decode()) == (422, True)
        assert Comment.objects.count() == before
        mine.refresh_from_db()
        assert mine.is_public
        assert send("ben", path, CASINO, acknowledged_in(told), title="A title").status_code == 302
    mine.refresh_from_db()
    assert mine.status == "held"
    review_comment(
        mine,
        Decision.APPROVE,
        seen=SKIP_CHECK,
        by=thread.theme.event.roles.first().person,
        reason="",
        now=timezone.now(),
    )


def test_a_script_gets_the_box_back_alone(rules, thread, cast):
    rules(words={"words": ["casino"]})
    headers = {"Accept": "application/json", "Parley-Part": "1"}
    words = {"source": CASINO, "key": new_key(), "acknowledged": ""}
    response = cast.client("ben").post(f"/comments/{thread.opening_id}/reply/", words, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.lstrip().startswith("<section")
    assert 'data-usual="Send reply"' in page


def test_the_preview_of_a_told_text_keeps_what_was_told(rules, thread, send):
    rules(words={"words": ["casino"]})
    path = f"/comments/{thread.opening_id}/reply/"
    told = acknowledged_in(send("ben", path, CASINO))
    preview = send("ben", path, CASINO, told, act="preview")
    assert (preview.status_code, acknowledged_in(preview)) == (200, told)
    assert not Draft.objects.exists()
    assert send("ben", path, CASINO, told).status_code == 302


def test_what_waits_already_is_edited_without_a_word(rules, thread, send):
    rules(everybody={})
    send("ben", f"/comments/{thread.opening_id}/reply/", "Harmless.")
    held = Comment.objects.latest("pk")
    rules(words={"words": ["casino"]})
    assert send("ben", f"/comments/{held.pk}/edit/", CASINO).status_code == 302
    held.refresh_from_db()
    assert (held.status, held.version.source) == ("held", CASINO)
