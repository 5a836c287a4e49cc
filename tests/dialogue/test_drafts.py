"""What somebody writes is kept for them, and for nobody else."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.queries.drafts import note_without_drafts
from forum.dialogue.queries.people import of_session
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.dialogue.web.drafts import keep as keep_view
from forum.kernel.choices import DRAFT_LENGTH, DRAFTS
from forum.models import Comment, Draft
from forum.moderation.actions.moderation import lock_thread, remove_comment
from tests.factories import new_key, open_thread

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch sings"


def keep(client, kind, target, **words):
    return client.post(f"/drafts/{kind}/{target}/", {"source": MARKER, "key": new_key(), "draft": "0"} | words)


def box(client, thread):
    return client.get(f"/comments/{thread.opening_id}/reply/").content.decode()


def test_a_draft_is_back_in_its_box_with_its_key(thread, cast):
    client, key = cast.client("ben"), new_key()
    assert keep(client, "reply", thread.opening_id, key=key).json()["draft"] == 1
    page = box(client, thread)
    assert MARKER in page
    assert key in page
    assert "This is your draft, saved at" in page


def test_saving_again_replaces_and_emptying_discards(thread, cast):
    client = cast.client("ben")
    keep(client, "reply", thread.opening_id)
    assert keep(client, "reply", thread.opening_id, source="Other words.", draft="1").json()["draft"] == 2
    assert Draft.objects.get().source == "Other words."
    assert keep(client, "reply", thread.opening_id, source="  ", draft="2").json()["draft"] == 0
    assert not Draft.objects.exists()


def test_what_another_window_saved_is_not_overwritten(thread, cast):
    client = cast.client("ben")
    keep(client, "reply", thread.opening_id, source="Written on the phone.")
    response = keep(client, "reply", thread.opening_id, source="Written at the desk.", draft="0")
    assert response.status_code == 409
    assert response.json()["source"] == "Written on the phone."
    assert Draft.objects.get().source == "Written on the phone."
    assert keep(client, "reply", thread.opening_id, source="Written at the desk.", draft="1").json()["draft"] == 2


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [("eve", "reply", 403), ("eve", "edit", 404), ("ben", "reply", 200), ("ben", "edit", 404), ("ada", "edit", 200),
     ("ben", "nonsense", 404)],
)  # fmt: skip
def test_who_may_keep_a_draft_where(thread, cast, who, kind, status):
    assert keep(cast.client(who), kind, thread.opening_id).status_code == status
    assert Draft.objects.count() == (status == 200)


def test_too_long_and_too_many_drafts_are_refused_with_a_sentence(theme, thread, cast):
    client = cast.client("ben")
    response = keep(client, "reply", thread.opening_id, source="x" * (DRAFT_LENGTH + 1))
    assert (response.status_code, "stays in this browser" in response.json()["sentence"]) == (403, True)
    for n in range(DRAFTS):
        opening = open_thread(theme, cast.ada, f"Thread {n}")
        assert keep(client, "reply", opening.pk).status_code == 200
    assert keep(client, "reply", thread.opening_id).status_code == 409


def test_sending_discards_the_draft(theme, thread, cast, say):
    client, mine = cast.client("ben"), say("ben", "Mine.", to=thread.opening)
    address = f"/{theme.event.slug}/{theme.slug}/open/"
    for kind, target, path in [
        ("reply", thread.opening_id, f"/comments/{thread.opening_id}/reply/"),
        ("edit", mine.pk, f"/comments/{mine.pk}/edit/"),
        ("thread", theme.pk, address),
    ]:
        keep(client, kind, target, title="A title")
        client.post(path, {"source": "Sent.", "title": "A title", "key": new_key()})
        assert not Draft.objects.exists(), kind
    assert Comment.objects.filter(version__source="Sent.").count() == 3


def test_a_reply_that_is_sent_again_leaves_the_draft_of_the_next_one(thread, cast):
    """The answer to the first was lost, and its writer has begun another below the same comment."""
    client, path, first = cast.client("ben"), f"/comments/{thread.opening_id}/reply/", new_key()
    assert client.post(path, {"source": "Sent.", "key": first}).status_code == 302
    keep(client, "reply", thread.opening_id)
    assert client.post(path, {"source": "Sent.", "key": first}).status_code == 302
    assert Draft.objects.get().source == MARKER


def test_a_first_draft_of_another_window_is_shown_to_who_was_known_to_have_none(thread, cast):
    """The question for the session's person was answered before the other window saved."""
    request = RequestFactory().post("/drafts/", {"source": "Mine.", "key": new_key(), "draft": "0"})
    request.user, _ = of_session(cast.ben.pk)
    note_without_drafts(request.user)
    keep(cast.client("ben"), "reply", thread.opening_id)
    answer = keep_view(request, "reply", thread.opening_id)
    assert answer.status_code == 409
    assert json.loads(answer.content)["source"] == MARKER


@pytest.mark.parametrize("kind", ["reply", "edit", "thread"])
def test_a_draft_that_arrives_after_what_was_sent_is_none(theme, thread, cast, say, kind):
    client, mine, key = cast.client("ben"), say("ben", "Mine.", to=thread.opening), new_key()
    target, path = {
        "reply": (thread.opening_id, f"/comments/{thread.opening_id}/reply/"),
        "edit": (mine.pk, f"/comments/{mine.pk}/edit/"),
        "thread": (theme.pk, f"/{theme.event.slug}/{theme.slug}/open/"),
    }[kind]
    assert client.post(path, {"source": MARKER, "title": "A title", "key": key}).status_code == 302
    assert keep(client, kind, target, title="A title", key=key).json()["draft"] == 0
    assert not Draft.objects.exists()
    assert keep(client, kind, target, source="Other words.").json()["draft"] == 1


def test_a_locked_thread_keeps_the_words_as_a_draft(thread, cast):
    lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())
    client = cast.client("ben")
    response = client.post(f"/comments/{thread.opening_id}/reply/", {"source": MARKER, "key": new_key()})
    assert response.status_code == 409
    assert Draft.objects.get(author=cast.ben).source == MARKER
    assert MARKER in client.get("/drafts/").content.decode()


def test_words_sent_after_the_session_ended_are_back_after_login(thread, cast):
    client = cast.client("ben")
    path = f"/comments/{thread.opening_id}/reply/"
    writer = client.get(path).context["box"].composer.form.initial["by"]
    client.cookies.clear()
    refused = client.post(path, {"source": MARKER, "key": new_key(), "by": writer})
    assert (refused.status_code, MARKER in refused.content.decode()) == (403, True)
    client.login(username="ben@example.org", password="a long and quiet password")
    assert MARKER in client.get(path).content.decode()
    assert Draft.objects.get().author == cast.ben


def test_words_kept_in_a_session_are_given_to_their_writer_only(thread, cast):
    client = cast.client("ben")
    path = f"/comments/{thread.opening_id}/reply/"
    writer = client.get(path).context["box"].composer.form.initial["by"]
    client.cookies.clear()
    client.post(path, {"source": MARKER, "key": new_key(), "by": writer})
    client.login(username="ada@example.org", password="a long and quiet password")
    assert MARKER not in client.get(path).content.decode()
    assert not Draft.objects.exists()


def test_a_forged_writer_fills_no_session(thread, cast, client):
    path = f"/comments/{thread.opening_id}/reply/"
    client.post(path, {"source": MARKER, "key": new_key(), "by": f"{cast.ben.pk}:forged"})
    assert "sessionid" not in client.cookies


def test_a_form_of_somebody_else_is_not_sent_unasked(thread, cast):
    path = f"/comments/{thread.opening_id}/reply/"
    writer = cast.client("ben").get(path).context["box"].composer.form.initial["by"]
    form = {"source": MARKER, "key": new_key(), "by": writer}
    client = cast.client("ada")
    response = client.post(path, form)
    assert (response.status_code, MARKER in response.content.decode()) == (409, True)
    assert "someone else was logged in" in response.content.decode()
    again = form | {"by": response.context["box"].composer.form.data["by"]}
    assert client.post(path, again).status_code == 302


def test_an_edited_parent_is_told_before_sending_and_once(thread, cast, say):
    parent = say("ada", "First words.", to=thread.opening)
    client, path = cast.client("ben"), f"/comments/{parent.pk}/reply/"
    seen = client.get(path).context["box"].composer.form.initial["seen"]
    edit_comment(parent, by=cast.ada, source="Other words.", now=timezone.now())
    response = client.post(path, {"source": MARKER, "key": new_key(), "seen": seen})
    page = response.content.decode()
    assert (response.status_code, MARKER in page, "was edited while you were writing" in page) == (409, True, True)
    told = response.context["box"].composer.form.data["seen"]
    assert client.post(path, {"source": MARKER, "key": new_key(), "seen": told}).status_code == 302


def test_a_draft_whose_parent_changed_says_so_when_it_is_opened(thread, cast, say):
    parent = say("ada", "First words.", to=thread.opening)
    client = cast.client("ben")
    keep(client, "reply", parent.pk, seen="")
    edit_comment(parent, by=cast.ada, source="Other words.", now=timezone.now())
    assert "was edited while you were writing" in client.get(f"/comments/{parent.pk}/reply/").content.decode()


def test_preview_without_scripts_shows_the_servers_rendering_and_sends_nothing(thread, cast):
    path = f"/comments/{thread.opening_id}/reply/"
    response = cast.client("ben").post(path, {"source": "So *very* true.", "key": new_key(), "act": "preview"})
    page = response.content.decode()
    assert (response.status_code, "<em>very</em>" in page, "So *very* true." in page) == (200, True, True)
    assert Comment.objects.count() == 1


def test_a_preview_of_an_unfinished_thread_complains_of_nothing(theme, cast):
    path = f"/{theme.event.slug}/{theme.slug}/open/"
    page = cast.client("ben").post(path, {"source": "*So*", "title": "", "act": "preview"}).content.decode()
    assert "<em>So</em>" in page
    assert "error-text" not in page


def test_saving_without_scripts(thread, cast):
    path = f"/comments/{thread.opening_id}/reply/"
    response = cast.client("ben").post(path, {"source": MARKER, "key": new_key(), "draft": "0", "act": "draft"})
    assert (response.status_code, "Draft saved at" in response.content.decode()) == (200, True)
    assert Draft.objects.get().source == MARKER


def test_the_preview_door(cast, client):
    assert client.post("/preview/", {"source": "x"}).status_code == 403
    known = cast.client("ben")
    assert known.post("/preview/", {"source": "*x*"}).json()["html"] == "<p><em>x</em></p>\n"
    refused = known.post("/preview/", {"source": ""})
    assert (refused.status_code, refused.json()["sentence"]) == (422, "Please write something first.")
    answers = [known.post("/preview/", {"source": "x"}).status_code for _ in range(45)]
    assert answers[-1] == 429


def test_a_draft_reaches_nobody_else(theme, thread, cast):
    keep(cast.client("ben"), "reply", thread.opening_id)
    keep(cast.client("ben"), "thread", theme.pk, title=MARKER)
    draft = Draft.objects.first()
    for who in ("eve", "ada", "mo", "olga"):
        client = cast.client(who)
        doors = [
            f"/threads/{thread.pk}/", f"/comments/{thread.opening_id}/", f"/comments/{thread.opening_id}/reply/",
            f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/", f"/{theme.event.slug}/{theme.slug}/open/",
            f"/{theme.event.slug}/search/?q=sings", "/drafts/", f"/drafts/{draft.pk}/discard/",
        ]  # fmt: skip
        for door in doors:
            assert "zebrafinch" not in client.get(door).content.decode(), (who, door)


def test_discarding_asks_first(thread, cast):
    client = cast.client("ben")
    keep(client, "reply", thread.opening_id)
    path = f"/drafts/{Draft.objects.get().pk}/discard/"
    assert MARKER in client.get(path).content.decode()
    assert cast.client("ada").post(path).status_code == 404
    assert client.post(path).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("many", [1, 12])
def test_the_list_costs_the_same_whatever_it_holds(theme, cast, many):
    client = cast.client("ben")
    for n in range(many):
        keep(client, "reply", open_thread(theme, cast.ada, f"Thread {n}").pk)
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/drafts/").content.decode()
    assert page.count(MARKER) == many
    assert len(seen) == 5


def test_a_draft_below_a_comment_that_is_gone_can_still_be_had(thread, cast, say):
    parent = say("ada", "Rude words.", to=thread.opening)
    client = cast.client("ben")
    keep(client, "reply", parent.pk)
    remove_comment(parent, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    page = client.get("/drafts/").content.decode()
    assert MARKER in page
    assert "no longer public" in page
    assert "Rude words." not in page
    assert keep(client, "reply", parent.pk, source="Still mine.", draft="1").status_code == 200


def test_a_quote_without_scripts_carries_its_author_and_number(thread, cast, say):
    comment = say("ada", "One line.\n\nAnother *line*.", to=thread.opening)
    page = cast.client("ben").get(f"/comments/{comment.pk}/reply/?quote")
    source = page.context["box"].composer.form.initial["source"]
    label = f"{thread.theme.code}-{comment.number}"
    assert source == f"> Ada, {label}:\n>\n> One line.\n>\n> Another *line*.\n\n"


def test_a_quote_repeats_nothing_that_is_hidden(thread, cast, say):
    comment = say("ada", MARKER, to=thread.opening)
    say("ben", "An answer keeps its place.", to=comment)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert MARKER not in cast.client("ben").get(f"/comments/{comment.pk}/reply/?quote").content.decode()
