"""Comments by ranges of their `published_revision`, in statements that look into an index once for each range.

Thousands of ranges are one table to the database. As conditions side by side they would cost it more than the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from django.db import connection

from forum.kernel.choices import Status
from forum.kernel.ranges import Ranges

Span = tuple[int, int, int]  # a theme, and the first and the last number under it

FIRST_PIECE = 8  # numbers; each piece of a wide range is twice as long as the one before it

# Ranges are walked in the order given, so a limit stops at the first of them that hold enough.
_SPANS = {
    "sqlite": """(SELECT json_extract(value, '$[0]') AS theme, json_extract(value, '$[1]') AS first,
        json_extract(value, '$[2]') AS last FROM json_each(%(spans)s)) AS span""",
    "postgresql": """(SELECT (value->>0)::bigint AS theme, (value->>1)::bigint AS first, (value->>2)::bigint AS last
        FROM jsonb_array_elements(%(spans)s::jsonb)) AS span""",
}
_WITHIN = "said.theme_id = span.theme AND said.published_revision BETWEEN span.first AND span.last"
# The words of the condition of the index `comment_gone`: SQLite compares them sign by sign.
_GONE = f"NOT (said.status = '{Status.PUBLISHED.value}') AND said.published_revision IS NOT NULL"
# Counted range by range: as a join, PostgreSQL may put all comments of a theme beside all ranges.
_COUNT = f"(SELECT count(*) FROM forum_comment AS said WHERE {_WITHIN}{{more}})"  # noqa: S608 - our own words
_OF_PERSON = " AND said.author_id = %(person)s"
_OTHERS = f"{_COUNT.format(more='')} - {_COUNT.format(more=_OF_PERSON)}"
_OTHERS_GONE = _COUNT.format(more=f" AND {_GONE} AND said.author_id <> %(person)s")
_PUBLIC_OF_OTHERS = f"{_WITHIN} AND said.status = '{Status.PUBLISHED.value}' AND said.author_id <> %(person)s"
_NEWEST = {
    "sqlite": f"SELECT said.thread_id FROM {{spans}} CROSS JOIN forum_comment AS said WHERE {_PUBLIC_OF_OTHERS}",  # noqa: S608
    "postgresql": f"""SELECT said.thread_id FROM {{spans}} CROSS JOIN LATERAL (
        SELECT thread_id FROM forum_comment AS said WHERE {_PUBLIC_OF_OTHERS} LIMIT %(most)s) AS said""",  # noqa: S608
}


def spans_of(theme_id: int, read: Ranges) -> list[Span]:
    return [(theme_id, first, last) for first, last in read.pairs]


def count_others(person_id: int, spans: Iterable[Span]) -> dict[int, int]:
    """How many comments by others, public or gone, have their number in these ranges, by theme. One query."""
    return _counted(_OTHERS, person_id, spans)


def count_others_gone(person_id: int, spans: Iterable[Span]) -> dict[int, int]:
    """How many of those are gone. One query."""
    return _counted(_OTHERS_GONE, person_id, spans)


def newest_by_thread(person_id: int, theme_id: int, numbers: Ranges, *, most: int) -> dict[int, int]:
    """How many public comments by others have their number in these ranges, by thread.

    At most `most` are counted, the newest. One query.
    """
    pieces = [(theme_id, *piece) for piece in _newest_first(numbers)]
    newest = _NEWEST[connection.vendor].format(spans=_SPANS[connection.vendor])
    statement = f"SELECT thread_id, count(*) FROM ({newest} LIMIT %(most)s) AS newest GROUP BY thread_id"  # noqa: S608
    return _run(statement, {"spans": json.dumps(pieces), "person": person_id, "most": most})


def _counted(each: str, person_id: int, spans: Iterable[Span]) -> dict[int, int]:
    statement = f"SELECT theme, sum({each}) FROM {_SPANS[connection.vendor]} GROUP BY theme"  # noqa: S608
    return _run(statement, {"spans": json.dumps(list(spans)), "person": person_id})


def _run(statement: str, values: dict[str, int | str]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {key: int(n) for key, n in cursor.fetchall()}


def _newest_first(numbers: Ranges) -> Iterator[tuple[int, int]]:
    """The ranges in pieces, backwards: a database walks each piece forwards, so short ones come first."""
    for first, last in reversed(numbers.pairs):
        size = FIRST_PIECE
        while last - first >= size:
            yield last - size + 1, last
            last -= size
            size *= 2
        yield first, last
