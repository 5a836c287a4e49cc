"""The two locks of a write, always in this order: the thread's row first, the theme's row last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Subquery

from forum.errors import MovedMeanwhile, refuse_if
from forum.models import Comment, Theme, Thread
from forum.reasons import Reason


def lock_thread_row(thread_id: int) -> Thread:
    """The thread, its row locked until the transaction ends. Whatever is read after this is current.

    The thread row is the lock for its branches: mptt does not lock by itself. Raises Refused if the thread was
    merged into another meanwhile.
    """
    thread = _locked().get(pk=thread_id)
    refuse_if(Reason.THREAD_MERGED if thread.continued_at_id else None)
    return thread


def lock_theme_row(theme_id: int) -> Theme:
    """A theme with its event, its row locked until the transaction ends: for what is about the whole of it."""
    themes = Theme.objects.select_for_update(of=("self",), no_key=True).select_related("event")
    return themes.get(pk=theme_id)


def lock_thread_of(comment_id: int) -> Any:
    """The same for the thread in which a comment stands. Raises MovedMeanwhile.

    PostgreSQL asks the question again once it has the lock, and finds nothing if the comment has left by then.
    """
    thread = _locked().filter(pk=Subquery(Comment.objects.filter(pk=comment_id).order_by().values("thread_id")))
    if (found := thread.first()) is None:
        raise MovedMeanwhile
    return found


def lock_with_thread(comment_id: int) -> tuple[Thread, Any]:
    """The thread of a comment, locked, and the comment as it is now, with its current version.

    Raises MovedMeanwhile.
    """
    thread = lock_thread_of(comment_id)
    comment = Comment.objects.select_related("version").get(pk=comment_id)
    stays_if(comment, thread)
    return thread, comment


def stays_if(comment: Comment, thread: Thread) -> None:
    """Whether the lock that was waited for is still the right one. Raises MovedMeanwhile."""
    if comment.thread_id != thread.pk:
        raise MovedMeanwhile


def lock_thread_rows(thread_ids: Iterable[int]) -> list[Thread]:
    """Several threads, locked in the order of their keys and returned in the order asked for."""
    asked = list(thread_ids)
    known = {thread_id: lock_thread_row(thread_id) for thread_id in sorted(asked)}
    return [known[thread_id] for thread_id in asked]


def _locked() -> Any:
    return Thread.objects.select_for_update(of=("self",), no_key=True).select_related("theme__event")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the theme's row handed out: the `revision` of this change, and the newest comment's `number`."""

    revision: int
    number: int


@dataclass(frozen=True, slots=True)
class Birth(Numbers):
    """The same for a new comment, with the keys of its row and of its first version's."""

    comment_id: int
    version_id: int


TAKE = """
    UPDATE forum_theme SET revision = revision + %s, last_number = last_number + %s,
        comment_count = comment_count + %s, thread_count = thread_count + %s
    WHERE id = %s RETURNING revision, last_number"""
# The keys that the next rows get. On SQLite nobody else writes until this transaction ends.
KEYS = {
    "sqlite": """, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'forum_comment'), 0) + 1,
        COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'forum_commentversion'), 0) + 1""",
    "postgresql": """, nextval(pg_get_serial_sequence('forum_comment', 'id')),
        nextval(pg_get_serial_sequence('forum_commentversion', 'id'))""",
}


def take_numbers(
    theme_id: int, *, comments: int = 0, threads: int = 0, revisions: int = 1, numbers: int = 0
) -> Numbers:
    """Takes the theme's next revision, and counts what became public or went. One statement.

    Takes several `revisions` and comments' `numbers` for what comes from elsewhere; the answer is the last of each.

    Call it last and late: it holds the theme's row until commit, which makes numbers gapless in commit order.
    """
    return Numbers(*_take(TAKE, [revisions, numbers, comments, threads, theme_id]))


def take_birth(theme_id: int, *, is_public: bool, is_told: bool, threads: int) -> Birth:
    """The same for one new comment, with the keys it and its first version are to have. One statement.

    It takes a revision if it `is_told`: because it is public, or because readers are told that something waits.
    """
    return Birth(*_take(TAKE + KEYS[connection.vendor], [int(is_told), 1, int(is_public), threads, theme_id]))


def _take(statement: str, values: list[int]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[int, ...] = cursor.fetchone()
    return row
