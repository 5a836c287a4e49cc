"""Broken on purpose, found, and put right."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.queries.thread_pages import Place, page_of
from forum.dialogue.queries.trees import flaws
from forum.kernel.choices import Status
from forum.kernel.nesting import Bounds, bounds_from_parents
from forum.models import Comment, CommentVersion, Theme, Thread
from tests.factories import changes_since
from tests.support.imported import import_opening, import_reply, imported_comment

pytestmark = pytest.mark.django_db


def test_bounds_follow_from_parents_in_the_order_of_numbers():
    rows = [(1, None, 1), (3, 1, 4), (2, 1, 2), (4, 2, 3)]
    assert bounds_from_parents(rows) == {
        1: Bounds(1, 8, 0),
        2: Bounds(2, 5, 1),
        4: Bounds(3, 4, 2),
        3: Bounds(6, 7, 1),
    }


def test_a_branch_of_any_depth_can_be_worked_out():
    rows = [(n, n - 1 or None, n) for n in range(1, 5001)]
    assert bounds_from_parents(rows)[5000] == Bounds(5000, 5001, 4999)


BREAKAGES = {
    "bounds that two comments share": {"lft": 2, "rght": 3},
    "a wrong level": {"level": 4},
    "a place that shows and should not": {"in_public_tree": True},
}


@pytest.mark.parametrize("what", BREAKAGES)
def test_what_is_broken_is_found_and_repaired_from_the_parents(thread, cast, say, what):
    first = say("ben", "One.", to=thread.opening)
    say("ada", "Two.", to=first)
    last = say("ben", "Three.", to=first)
    withdraw_comment(last, by=cast.ben, now=timezone.now())
    before = list(Comment.objects.order_by("pk").values())
    Comment.objects.filter(pk=last.pk).order_by().update(**BREAKAGES[what])
    with pytest.raises(CommandError, match="inconsistent"):
        call_command("check_trees", stdout=StringIO())
    out = StringIO()
    call_command("check_trees", "--repair", stdout=out)
    assert "Every tree is consistent." in out.getvalue()
    assert list(Comment.objects.order_by("pk").values()) == before


def test_wrong_counts_are_counted_anew(theme, thread, say):
    say("ben", "One.", to=thread.opening)
    Theme.objects.filter(pk=theme.pk).update(comment_count=77)
    Thread.objects.filter(pk=thread.pk).update(comment_count=5)
    out = StringIO()
    call_command("recount", stdout=out)
    theme.refresh_from_db()
    thread.refresh_from_db()
    assert (theme.comment_count, theme.thread_count, thread.comment_count) == (2, 1, 2)
    assert str(theme.pk) in out.getvalue()


def test_older_texts_are_rendered_anew_and_followers_hear_of_it(theme, thread):
    CommentVersion.objects.update(html="<p>old</p>", renderer=0)
    call_command("rerender", stdout=StringIO())
    thread.refresh_from_db()
    assert "many places" in thread.opening.version.html
    assert [row["id"] for row in changes_since(theme.pk, 1).comments] == [thread.opening_id]


def test_a_public_answer_to_what_was_not_public_shows_its_place_without_its_author(theme, cast):
    def seed(n: int, *, is_public: bool):
        return imported_comment(
            theme, f"w:{n}", author=cast.ben, source=f"T{n}", written_at=timezone.now(), is_public=is_public
        )

    opening = import_opening(theme, "An imported thread", seed(1, is_public=True))
    held = import_reply(opening, seed(2, is_public=False))
    answer = import_reply(held, seed(3, is_public=True))
    assert list(flaws()) == []
    rows = {row["id"]: row for row in page_of(opening.thread, Place()).rows}
    assert (rows[held.pk]["is_gone"], rows[held.pk]["name"], rows[held.pk]["author_id"]) == (True, "–", "")
    assert rows[answer.pk]["to_name"] == "someone"
    heard = {row["id"] for row in changes_since(theme.pk, 0).comments}
    assert heard == {opening.pk, held.pk, answer.pk}, "a follower gets the place, too"
    assert Comment.objects.get(pk=held.pk).status == Status.HELD
