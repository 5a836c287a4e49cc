"""Positions in the history of a theme: what a page has seen, and whether this database ever handed it out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import OuterRef, Subquery

from forum.models import RevisionStamp, Theme

# Asked with every look of a server: as a plain statement it costs a tenth.
STAMPS_FROM = "SELECT revision, stamp FROM forum_revisionstamp WHERE theme_id = %s AND revision >= %s ORDER BY revision"


def _stamp_of(row: str) -> Subquery:
    stamps = RevisionStamp.objects.filter(theme=OuterRef(f"{row}theme"), revision=OuterRef(f"{row}revision"))
    return Subquery(stamps.values("stamp")[:1])


# The stamp of the revision of each comment or thread of a query, or of the thread of each comment; None if it is older
# than the stamps that are kept. Whatever is cached by revision is cached by this, too: a restored database gives the
# same revisions to other things.
STORED_STAMP, THREAD_STAMP = _stamp_of(""), _stamp_of("thread__")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A revision, and the random stamp that was stored with it: a restored database counts again, with other stamps."""

    revision: int
    stamp: int


def of_theme(theme_id: int) -> Position | None:
    """The theme's position now; None if there is no such theme. One query."""
    row = Theme.objects.filter(pk=theme_id).values_list("revision", "stamp").first()
    return None if row is None else Position(*row)


def stamps_from(theme_id: int, revision: int) -> list[Position]:
    """The stamps that are kept for this revision and later ones, in order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STAMPS_FROM, [theme_id, revision])
        return [Position(*row) for row in cursor.fetchall()]


def stamp_at(stamps: Sequence[Position], revision: int) -> int | None:
    """The stamp of a revision, of some in order; None beyond the last.

    One change may take many revisions, and only the last of them is stored: the others have its stamp.
    """
    place = bisect_left(stamps, revision, key=lambda position: position.revision)
    return stamps[place].stamp if place < len(stamps) else None


def was_handed_out(asked: Position, stamps: Sequence[Position]) -> bool:
    """Whether a position belongs to the history that these stamps are of. At revision 0 nothing was public yet."""
    return asked.revision == 0 or stamp_at(stamps, asked.revision) == asked.stamp


def history_between(asked: Position, newest: Position, stamps: Sequence[Position]) -> list[Position] | None:
    """The positions from the one asked for up to the newest, of the stamps that are kept.

    None if this history does not hold the position asked for: it was handed out by a database that is not there any
    more.
    """
    known = [*(stamp for stamp in stamps if stamp.revision < newest.revision), newest]
    return known if was_handed_out(asked, known) else None
