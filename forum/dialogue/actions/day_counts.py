"""Keeps the counts of each day (models/day_count.py) in the transaction of the change itself.

The caller holds the theme's row: `bump_revision` and `allocate_comment_ids` come before. So writers never wait for
each other here, and nobody locks a day first and its theme afterwards.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection

from forum.dialogue.models.day_count import COUNTS, true_counts
from forum.kernel.batches import Batch
from forum.kernel.choices import Status
from forum.models import Comment, DayCount, Theme

_COLUMNS = f"theme_id, day, {', '.join(COUNTS)}"
_ADD = "ON CONFLICT (theme_id, day) DO UPDATE SET " + ", ".join(
    f"{name} = forum_daycount.{name} + excluded.{name}" for name in COUNTS
)
_COUNT_MANY = f"INSERT INTO forum_daycount ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s) {_ADD}"  # noqa: S608 - our names
_TAKEN = ", ".join(f"-{name}" for name in COUNTS)


@dataclass(frozen=True, slots=True)
class DayStep:
    """By how much the counts of a day move; in the order of COUNTS."""

    received: int = 0
    published: int = 0
    held: int = 0
    waiting: int = 0

    def __add__(self, other: DayStep) -> DayStep:
        return DayStep(*(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True)))

    def __mul__(self, times: int) -> DayStep:
        return DayStep(*(count * times for count in astuple(self)))


def step_of_new(status: Status, *, is_held: bool) -> DayStep:
    """What a new comment adds; `is_held`: there is a hold."""
    return DayStep(1, int(status == Status.PUBLISHED), int(is_held), int(status == Status.HELD))


def step_between(before: str, after: str) -> DayStep:
    """What a comment adds that goes from one status to another."""
    published, waiting = (int(after == status) - int(before == status) for status in (Status.PUBLISHED, Status.HELD))
    return DayStep(published=published, waiting=waiting)


def count_in_day(theme_id: int, written_at: datetime, step: DayStep, batch: Batch | None = None) -> None:
    """Counts comments that were written on this day. One statement, in the batch if there is one.

    A batch takes it once for each theme and day.
    """
    together = batch or Batch()
    together.add(_counting(step), {"theme": theme_id, "day": _day(written_at)})
    if batch is None:
        together.run()


def count_new_in_days(comments: Iterable[Comment]) -> None:
    """Counts many new comments, none of which has a hold. One statement for each theme and day."""
    steps: defaultdict[tuple[int, str], DayStep] = defaultdict(DayStep)
    counted = Counter((each.theme_id, _day(each.created_at), each.status) for each in comments)
    for (theme_id, day, status), times in counted.items():
        steps[theme_id, day] += step_of_new(Status(status), is_held=False) * times
    with connection.cursor() as cursor:
        rows = [(theme, day, *astuple(step)) for (theme, day), step in steps.items()]
        cursor.executemany(_COUNT_MANY, rows)


def carry_day_counts(thread_id: int, to: int) -> None:
    """Counts the comments of a thread under another theme instead of under theirs. Two statements.

    To be called while they still have their theme, and both themes' rows are locked.
    """
    said = true_counts("said.thread_id = %(thread)s")
    leaving = f"SELECT theme_id, day, {_TAKEN} FROM ({said}) AS counted WHERE TRUE"  # noqa: S608 - our own names
    arriving = f"SELECT %(to)s, day, {', '.join(COUNTS)} FROM ({said}) AS counted WHERE TRUE"  # noqa: S608
    with connection.cursor() as cursor:
        for counted in (leaving, arriving):
            values = {"thread": thread_id, "to": to}
            cursor.execute(f"INSERT INTO forum_daycount ({_COLUMNS}) {counted} {_ADD}", values)


def recount_days(theme_id: int) -> None:
    """Counts a theme's comments again, day by day. Holds the theme's row from here on."""
    Theme.objects.select_for_update(no_key=True).get(pk=theme_id)
    DayCount.objects.filter(theme=theme_id).delete()
    said = true_counts("said.theme_id = %(theme)s")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO forum_daycount ({_COLUMNS}) {said}", {"theme": theme_id})


def _day(written_at: datetime) -> str:
    return written_at.astimezone(UTC).date().isoformat()


@lru_cache
def _counting(step: DayStep) -> str:
    numbers = ", ".join(map(str, astuple(step)))
    return f"INSERT INTO forum_daycount ({_COLUMNS}) VALUES (%(theme)s, %(day)s, {numbers}) {_ADD}"  # noqa: S608
