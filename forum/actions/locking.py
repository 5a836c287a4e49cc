"""The two locks of a write, always in this order: the thread's row first, the theme's row last."""

from dataclasses import dataclass

from django.db import connection

from forum.models import Thread


def lock_thread_row(thread_id: int) -> Thread:
    """The thread, its row locked until the transaction ends. Whatever is read after this is current.

    The thread row is the lock for its branches: mptt does not lock by itself.
    """
    rows = Thread.objects.select_for_update(of=("self",), no_key=True).select_related("theme__event")
    return rows.get(pk=thread_id)


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


def take_numbers(theme_id: int, *, is_public: bool = True, comments: int = 0, threads: int = 0) -> Numbers:
    """Takes the theme's next revision, and counts what became public or went. One statement.

    What is not public takes no revision: it is no change for anybody who follows.

    Call it last and late: it holds the theme's row until commit, which makes numbers gapless in commit order.
    """
    return Numbers(*_take(TAKE, [int(is_public), 0, comments, threads, theme_id]))


def take_birth(theme_id: int, *, is_public: bool, threads: int) -> Birth:
    """The same for one new comment, with the keys it and its first version are to have. One statement."""
    return Birth(*_take(TAKE + KEYS[connection.vendor], [int(is_public), 1, int(is_public), threads, theme_id]))


def _take(statement: str, values: list[int]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[int, ...] = cursor.fetchone()
    return row
