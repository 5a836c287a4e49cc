"""What was imported before, as it came in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from forum.models import Comment, CommentVersion


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported comment and its first text, whatever became of it since."""

    comment: Comment
    source: str


def by_origin(theme_id: int, origins: Collection[str]) -> dict[str, Imported]:
    """What was imported into a theme from these origins."""
    first = CommentVersion.objects.filter(comment=OuterRef("pk"), number=1).values("source")
    rows = Comment.objects.filter(theme=theme_id, origin__in=origins).order_by().select_related("author")
    return {row.origin: Imported(row, row.first_source) for row in rows.annotate(first_source=Subquery(first))}
