"""What was imported before, as it came in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from forum.exchange.entry import Entry
from forum.models import Comment, CommentVersion


@dataclass(eq=False, frozen=True, slots=True)
class Coming:
    """An entry that is to be written, under this origin, as an answer to `parent`."""

    entry: Entry
    origin: str
    parent: Place | None


Place = int | Coming  # the key of a comment that is here, or one that comes with others


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported comment and its first text, whatever became of it since."""

    place: Place
    author_origin: str
    author_name: str
    written_at: datetime
    source: str


def by_origin(theme_id: int, origins: Collection[str]) -> dict[str, Imported]:
    """What was imported into a theme from these origins. One statement."""
    first = CommentVersion.objects.filter(comment=OuterRef("pk"), number=1).values("source")
    rows = Comment.objects.filter(theme=theme_id, origin__in=origins).order_by().annotate(source=Subquery(first))
    found = rows.values_list("origin", "pk", "author__origin", "author__name", "created_at", "source")
    return {origin: Imported(key, who or "", *facts) for origin, key, who, *facts in found}
