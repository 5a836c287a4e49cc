"""Splitting, merging and moving: everything keeps its sense, its readers and its addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.actions.following import follow
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.queries.search import search
from forum.dialogue.queries.thread_pages import Place, page_of
from forum.dialogue.queries.trees import flaws
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act, Decision, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, Follow, LogEntry, Notification, Thread, ThreadMove
from forum.moderation.actions.moderation import lock_thread, remove_comment, rename_thread
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.review import review_comment
from tests.factories import changes_since, make_event, make_theme, open_thread, reply_to
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(cast):
    def said(**more: Any) -> dict[str, Any]:
        return {"by": cast.mo, "reason": "It is another question.", "now": timezone.now()} | more

    return said


@pytest.fixture
def talk(thread, say) -> dict[str, Comment]:
    """ada opened; ben answers (b), ada answers him (c), ben her (d), ada him (e); and another branch (f)."""
    made = {"a": thread.opening}
    for name, to in zip("bcdefg", "abccab", strict=True):
        made[name] = say("ada" if name in "ceg" else "ben", f"Words of {name}.", to=made[to])
    return made


def shape(thread: Thread) -> list[tuple[str, int]]:
    """What a thread shows from top to bottom: the last letter of each text, and how deep it stands."""
    thread.refresh_from_db()
    page = page_of(thread, Place(whole=True))
    return [(row["html"].removesuffix(".</p>\n").removesuffix(".</p>")[-1], row["level"]) for row in page.rows]


def test_a_branch_becomes_a_thread_with_all_below_it_and_keeps_its_numbers(theme, thread, talk, cast, decide):
    numbers = dict(Comment.objects.order_by().values_list("pk", "number"))
    after = split_branch(talk["c"], title="Another question", **decide()).thread
    assert shape(thread)[1:] == [("b", 1), ("g", 2), ("f", 1)]
    assert shape(after) == [("c", 0), ("d", 1), ("e", 1)]
    assert numbers == dict(Comment.objects.order_by().values_list("pk", "number"))
    theme.refresh_from_db()
    assert (theme.thread_count, theme.comment_count) == (2, 7)
    assert list(flaws()) == []
    assert [row["label"] for row in search(cast.ben, theme.event, "another question").rows] == [f"{theme.code}-3"]


def test_a_whole_branch_of_the_opening_can_leave_too(thread, talk, decide):
    after = split_branch(talk["b"], title="Of its own", **decide()).thread
    assert shape(thread)[1:] == [("f", 1)]
    assert shape(after) == [("b", 0), ("c", 1), ("d", 2), ("e", 2), ("g", 1)]
    assert list(flaws()) == []
    reply_to(talk["d"], talk["a"].author, "It goes on.")
    assert list(flaws()) == []


def test_two_threads_become_one_and_part_again(theme, thread, talk, cast, decide):
    other = open_thread(theme, cast.ben, "The same again", "Words of x.")
    answer = reply_to(reply_to(other, cast.ada, "Words of y."), cast.ben, "Words of z.")
    reply_to(other, cast.ada, "Words of w.")
    merge_thread(other.thread, into=thread, **decide())
    assert shape(thread)[-4:] == [("x", 1), ("y", 2), ("z", 3), ("w", 2)]
    assert list(flaws()) == []
    theme.refresh_from_db()
    assert (theme.thread_count, theme.comment_count) == (1, 11)
    answer.refresh_from_db()
    assert answer.thread_id == thread.pk
    after = split_branch(other, title="The same again", **decide()).thread
    assert shape(after) == [("x", 0), ("y", 1), ("z", 2), ("w", 1)]
    assert list(flaws()) == []


def test_a_thread_takes_new_numbers_in_another_theme_and_is_found_by_the_old_ones(event, theme, thread, talk, decide):
    there = make_theme(event)
    open_thread(there, talk["b"].author, "Was here before")
    old = f"/{event.slug}/{theme.code}-{talk['c'].number}/"
    move_thread(thread, to=there, **decide())
    thread.refresh_from_db()
    talk["c"].refresh_from_db()
    assert (thread.theme, talk["c"].number) == (there, 4)
    assert shape(thread)[1:] == [("b", 1), ("c", 2), ("d", 3), ("e", 3), ("g", 2), ("f", 1)]
    assert list(flaws()) == []
    assert Client().get(old).url == f"/comments/{talk['c'].pk}/"
    assert Client().get(f"/{event.slug}/{there.code}-4/").url == f"/comments/{talk['c'].pk}/"
    theme.refresh_from_db()
    there.refresh_from_db()
    assert (theme.thread_count, theme.comment_count, there.thread_count, there.comment_count) == (0, 0, 2, 8)
    move_thread(thread, to=theme, **decide())  # and back: the first numbers are never given to anything else
    assert Client().get(old).url == f"/comments/{talk['c'].pk}/"
    talk["c"].refresh_from_db()
    assert talk["c"].number == 10
    assert list(flaws()) == []


def test_a_thread_of_another_theme_is_merged_with_new_numbers(event, thread, talk, cast, decide):
    other = open_thread(make_theme(event), cast.ben, "Elsewhere", "Words of x.")
    reply_to(other, cast.ada, "Words of y.")
    merge_thread(other.thread, into=thread, **decide())
    assert shape(thread)[-2:] == [("x", 1), ("y", 2)]
    assert list(flaws()) == []


def test_the_last_comment_of_a_merged_thread_is_the_one_that_came_last(event, thread, talk, cast, decide):
    older = open_thread(make_theme(event), cast.ben, "Elsewhere", "Words of x.")
    newest = reply_to(thread.opening, cast.ben, "Said after all others.")
    merge_thread(older.thread, into=thread, **decide())
    thread.refresh_from_db()
    assert thread.last_comment_id == newest.pk, "those from elsewhere got higher numbers"


def test_old_addresses_of_threads_lead_to_where_they_go_on(theme, thread, talk, cast, decide):
    other = open_thread(theme, cast.ben, "The same again")
    merge_thread(other.thread, into=thread, **decide())
    assert Client().get(f"/threads/{other.thread_id}/").url == f"/threads/{thread.pk}/#comment-{other.pk}"
    assert cast.client("mo").get(f"/threads/{other.thread_id}/").url == f"/threads/{thread.pk}/#comment-{other.pk}"
    feed = Client().get(f"/threads/{other.thread_id}/feed.atom")
    assert feed.url == f"/threads/{thread.pk}/feed.atom"
    after = split_branch(talk["c"], title="Of its own", **decide()).thread
    at = Client().get(f"/threads/{thread.pk}/?at={talk['d'].pk}")
    assert at.url == f"/threads/{after.pk}/#comment-{talk['d'].pk}"
    assert Client().get(f"/comments/{talk['d'].pk}/").status_code == 200
    remove_comment(other, seen=SKIP_CHECK, **decide())
    for path in ("", "feed.atom"):  # neither says anything of what is hidden
        assert Client().get(f"/threads/{other.thread_id}/{path}").status_code == 404


def refusal(act, *args, **more) -> Reason | None:
    try:
        act(*args, **more)
    except Refused as refused:
        return refused.reason
    return None


def test_who_may_not_and_what_cannot_be(event, theme, thread, talk, cast, decide):
    other = open_thread(theme, cast.ben, "Younger").thread
    foreign = make_theme(make_event(slug="elsewhere"))
    for act, args, more in (
        (split_branch, [talk["c"]], {"title": "T"}),
        (merge_thread, [other], {"into": thread}),
        (move_thread, [thread], {"to": make_theme(event)}),
        (rename_thread, [thread], {"title": "T"}),
    ):
        assert refusal(act, *args, **decide(by=cast.ada, **more)) is Reason.NOT_MODERATOR
        before = LogEntry.objects.count()
        assert refusal(act, *args, **decide(by=cast.eve, **more)) is Reason.NOT_MODERATOR
        assert LogEntry.objects.count() == before
    assert refusal(split_branch, talk["a"], **decide(title="T")) is Reason.IS_OPENING
    remove_comment(talk["f"], seen=SKIP_CHECK, **decide())
    assert refusal(split_branch, talk["f"], **decide(title="T")) is Reason.NOT_PUBLIC
    assert refusal(merge_thread, thread, **decide(into=thread)) is Reason.SAME_THREAD
    assert refusal(merge_thread, thread, **decide(into=other)) is Reason.YOUNGER_THREAD
    abroad = open_thread(foreign, cast.ben, "F").thread
    assert refusal(merge_thread, thread, **decide(into=abroad)) is Reason.OTHER_EVENT
    assert refusal(move_thread, thread, **decide(to=foreign)) is Reason.OTHER_EVENT
    assert refusal(move_thread, thread, **decide(to=theme)) is Reason.SAME_THEME
    assert refusal(rename_thread, thread, **decide(title=thread.title)) is Reason.SAME_TITLE
    merge_thread(other, **decide(into=thread))
    assert refusal(lock_thread, other, **decide()) is Reason.THREAD_MERGED


def test_what_was_said_to_a_comment_on_its_way_arrives(theme, thread, talk, cast, decide):
    """Forms and pages made before a move go on working."""
    split_branch(talk["c"], title="Of its own", **decide())
    move_thread(Comment.objects.get(pk=talk["c"].pk).thread, **decide(to=make_theme(theme.event)))
    reply_to(talk["d"], cast.ada, "Late.")  # talk["d"] still says it stands in the first thread
    edit_comment(talk["e"], by=cast.ada, source="Mended.", now=timezone.now())
    take_stance(talk["d"], by=cast.ada, kind="agree", now=timezone.now())
    assert list(flaws()) == []
    assert Comment.objects.get(version__source="Late.").thread_id == Comment.objects.get(pk=talk["c"].pk).thread_id


def test_followers_of_every_page_are_told(event, theme, thread, talk, cast, decide):
    theme.refresh_from_db()
    before, there = theme.revision, make_theme(event)
    after = split_branch(talk["c"], title="Of its own", **decide()).thread
    found = changes_since(theme.pk, before)
    assert {row["id"]: row["thread_id"] for row in found.comments} == dict.fromkeys(
        [talk["c"].pk, talk["d"].pk, talk["e"].pk], after.pk
    )
    assert {row["id"] for row in found.threads} == {thread.pk, after.pk}
    move_thread(after, **decide(to=there))
    left, came = changes_since(theme.pk, found.revision), changes_since(there.pk, 0)
    assert left.closed == [(after.pk, left.revision, f"/threads/{after.pk}/")]
    assert len(came.comments) == 3
    other = open_thread(theme, cast.ben, "Younger")
    merge_thread(other.thread, **decide(into=thread))
    closed = changes_since(theme.pk, left.revision).closed
    assert [(row[0], row[2]) for row in closed] == [(other.thread_id, f"/comments/{other.pk}/")]
    move_thread(after, **decide(to=theme))
    assert changes_since(theme.pk, left.revision).closed[-1][0] == other.thread_id, "it is here again"
    assert ThreadMove.objects.get().theme == there
    abroad = open_thread(there, cast.ben, "Elsewhere")
    merge_thread(abroad.thread, **decide(into=thread))
    assert changes_since(there.pk, 0).closed[-1][2] == f"/comments/{abroad.pk}/"


def test_a_move_of_thousands_asks_pages_to_load_themselves_anew(theme, thread, talk, decide, monkeypatch):
    monkeypatch.setattr("forum.dialogue.queries.changes.MOST", 2)
    before = Comment.objects.order_by("-revision")[0].revision
    split_branch(talk["c"], title="Of its own", **decide())
    found = changes_since(theme.pk, before)
    assert found.is_too_much
    assert not found.comments


def test_whoever_followed_goes_on_being_told(theme, thread, talk, cast, decide):
    now = timezone.now()
    follow(talk["b"], by=cast.olga, now=now)
    follow(thread, by=cast.mo, now=now)
    after = split_branch(talk["c"], title="Of its own", **decide()).thread
    assert set(Follow.objects.filter(thread=after).values_list("person__name", flat=True)) == {"Olga", "Mo"}
    other = open_thread(theme, cast.ben, "Younger")
    follow(other.thread, by=cast.olga, now=now)
    merge_thread(other.thread, **decide(into=thread))
    assert Follow.objects.filter(branch=other, person=cast.olga).exists()
    Notification.objects.all().delete()
    reply_to(other, cast.ada, "News.")
    assert set(Notification.objects.values_list("person__name", flat=True)) == {"Ben", "Mo", "Olga"}


def test_the_log_says_what_was_done_and_why(theme, thread, talk, cast, decide):
    split_branch(talk["c"], title="Of its own", **decide())
    other = open_thread(theme, cast.ben, "Younger")
    lock_thread(other.thread, **decide())
    merge_thread(other.thread, **decide(into=thread))
    rename_thread(thread, **decide(title="A better title"))
    move_thread(thread, **decide(to=make_theme(theme.event)))
    acts = [Act.MOVE, Act.RENAME, Act.MERGE, Act.LOCK, Act.SPLIT]
    assert list(LogEntry.objects.order_by("-pk").values_list("act", flat=True)) == acts
    page = cast.client("eve").get("/baku/moderation/").content.decode()
    for act in acts:
        assert str(act.label) in page
    assert page.count("It is another question.") == 5
    told = cast.client("ben").get("/notifications/").content.decode()
    assert "Thread merged into another" in told


def test_a_held_comment_is_published_at_its_place_or_not(theme, thread, talk, cast, decide):
    facts = {"author": cast.ben, "source": "Held for @Ada.", "written_at": timezone.now(), "is_public": False}
    held = import_reply(talk["b"], imported_comment(theme, "held:1", **facts))
    other = import_reply(talk["b"], imported_comment(theme, "held:2", **facts))
    Notification.objects.all().delete()
    review_comment(
        Comment.objects.select_related("version").get(pk=held.pk), Decision.APPROVE, seen=SKIP_CHECK, **decide()
    )
    held.refresh_from_db()
    assert held.status == Status.PUBLISHED
    assert held.created_at == facts["written_at"]
    assert refusal(review_comment, held, Decision.APPROVE, seen=SKIP_CHECK, **decide()) is Reason.NOT_HELD
    assert set(Notification.objects.values_list("person__name", "kind")) == {("Ben", "decision")}
    review_comment(other, Decision.REJECT, seen=SKIP_CHECK, **decide())
    other.refresh_from_db()
    assert (other.status, other.status_reason) == (Status.REJECTED, "It is another question.")
    page = cast.client("ben").get(f"/comments/{other.pk}/").content.decode()
    assert "It is another question." in page
    assert cast.client("ada").get(f"/comments/{other.pk}/").status_code == 404
    assert (
        refusal(review_comment, other, Decision.REJECT, seen=SKIP_CHECK, **decide(by=cast.ada)) is Reason.NOT_MODERATOR
    )
