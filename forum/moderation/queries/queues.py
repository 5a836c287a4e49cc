"""How what waits stands in a queue of the desk: the longest waiting first, read in pages by key.

What comes back stands where it stood, among what an open page shows already. So a page is not only told what comes
behind its end, but all that it has not: what is new to it, apart from what it has left to later pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, Value

from forum.events.queries.formatting import microseconds

CARDS = 25  # on a page
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a queue is narrowed to: a theme, a rule that held, and what waits since before a time."""

    code: str = ""
    kind: str = ""
    before: datetime | None = None


ALL = Asked()


class Place(NamedTuple):
    """Where something stands in a queue; what has a lower rank stands before all that waits longer."""

    rank: int
    since: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.rank}.{microseconds(self.since)}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What an open page has of a queue: these cards, from behind `after` to `end` as it was when it was opened.

    Without an `end` the page has gone to the end of the queue.
    """

    ids: Collection[int]
    opened: datetime
    after: Place | None = None
    end: Place | None = None


def in_event(rows: Any, field: str, event_id: int | None) -> Any:
    """Those of an event, which the `field` leads to; all of them without one."""
    return rows if event_id is None else rows.filter(**{field: event_id})


def place(text: str) -> Place:
    """A place as addresses carry it: "1.1764218953000000.42". Raises ValueError."""
    if not re.fullmatch(r"\d\.\d{1,16}\.\d{1,15}", text, re.ASCII):
        raise ValueError(f"{text[:40]!r} is no place in a queue")
    rank, since, pk = map(int, text.split("."))
    return Place(rank, moment_of(since), pk)


def moment_of(stamp: int) -> datetime:
    """The time of which `microseconds` made this number."""
    return EPOCH + timedelta(microseconds=stamp)


def in_line(rows: Any, asked: Asked, *, theme: str, since: Any, rank: Any = None) -> Any:
    """Rows as a queue: narrowed, and in order. `theme` is the field that leads to their theme."""
    line = rows.annotate(since=since, rank=Value(1) if rank is None else rank).order_by("rank", "since", "pk")
    if asked.code:
        line = line.filter(**{f"{theme}__code": asked.code})
    return line if asked.before is None else line.filter(since__lt=asked.before)


def page(line: Any, fields: Sequence[str], *, after: Place | None = None) -> tuple[list[dict[str, Any]], int]:
    """The first rows of a queue, or those behind a place, and how many there are after them.

    One query, one more if there are more.
    """
    rest = line if after is None else line.filter(_behind(after))
    # The keys first: what the cards show would be fetched for all that wait, to be put in order.
    first = rest.filter(pk__in=rest.values("pk")[: CARDS + 1])
    rows = list(first.values("rank", "since", *fields))
    more = count(rest) - CARDS if len(rows) > CARDS else 0
    return [row | {"place": Place(row["rank"], row["since"], row["pk"])} for row in rows[:CARDS]], more


def count(line: Any) -> int:
    """One query."""
    return int(line.order_by().count())


def unseen(line: Any, shown: Shown) -> tuple[Any, Any]:
    """What an open page does not show: what is new to it, and what later pages have had from the beginning."""
    rest = (line if shown.after is None else line.filter(_behind(shown.after))).exclude(pk__in=shown.ids)
    if shown.end is None:
        return rest, rest.none()
    is_later = _behind(shown.end) & Q(since__lte=shown.opened)
    return rest.exclude(is_later), rest.filter(is_later)


def _behind(here: Place) -> Q:
    longer = Q(rank=here.rank, since=here.since, pk__gt=here.pk) | Q(rank=here.rank, since__gt=here.since)
    return longer | Q(rank__gt=here.rank)
