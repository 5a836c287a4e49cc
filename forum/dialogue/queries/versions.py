"""The versions of a comment's text, as somebody may read them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import Viewer
from forum.events.queries.formatting import cleaned, format_datetime, iso
from forum.kernel.choices import Status
from forum.models import Comment, CommentVersion

ON_PAGE = 10  # versions; each is compared with the one before it
FIELDS = (
    "id", "number", "source", "html", "note", "created_at", "editor__name", "is_hidden", "hidden_reason", "comment_id",
)  # fmt: skip

# What is hidden leaves its number, time and editor; the note goes with the text, because it may repeat it.
BLANKED = {"is_open": False, "source": "", "html": "", "note": ""}


def get(person: Viewer, comment_id: int, number: int) -> CommentVersion:
    """A version of a comment whose texts this person may read. Raises CommentVersion.DoesNotExist."""
    versions = CommentVersion.objects.select_related(
        "comment__thread__theme__event", "comment__thread__opening", "comment__author"
    )
    return versions.get(
        comment__in=Comment.objects.with_text_for(person).order_by(), comment_id=comment_id, number=number
    )


def history(comment: Comment, *, before: int | None, sees_hidden: bool) -> list[dict[str, Any]]:
    """Versions with the newest first, each with the `previous` one it is compared with. One or two queries.

    The previous one is the newest before it that this reader may read: a comparison never holds a hidden text.
    """
    versions = _of(comment, sees_hidden=sees_hidden).order_by("-number")
    wanted = versions if before is None else versions.filter(number__lt=before)
    rows = [_shape(row, comment, sees_hidden=sees_hidden) for row in wanted.values(*FIELDS)[:ON_PAGE]]
    earlier = _newest_before(rows[-1]["number"], comment, sees_hidden=sees_hidden) if rows else None
    for row in reversed(rows):
        row["previous"] = earlier
        if row["is_open"]:
            earlier = row
    return rows


def one(comment: Comment, number: int, *, sees_hidden: bool) -> dict[str, Any]:
    """One version; without its text if that is hidden from this reader. Raises CommentVersion.DoesNotExist."""
    row = _of(comment, sees_hidden=sees_hidden).filter(number=number).values(*FIELDS).first()
    if row is None:
        raise CommentVersion.DoesNotExist
    return _shape(row, comment, sees_hidden=sees_hidden)


def since(comment: Comment, version_id: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """For who decides about a comment: the text they had before them and the present one, None if it is the same.

    One query, none if it is the same.
    """
    if version_id == comment.version_id:
        return None
    both = _of(comment, sees_hidden=True).filter(pk__in=[version_id, comment.version_id])
    rows = {row["id"]: row for row in both.values(*FIELDS)}
    return (rows[version_id], rows[comment.version_id or 0]) if version_id in rows else None


def _of(comment: Comment, *, sees_hidden: bool) -> QuerySet[CommentVersion]:
    """Asks once more whether the comment is public: an edit that must wait may have come since it was loaded."""
    versions = CommentVersion.objects.filter(comment=comment)
    return versions if sees_hidden else versions.filter(comment__status=Status.PUBLISHED)


def _newest_before(number: int, comment: Comment, *, sees_hidden: bool) -> dict[str, Any] | None:
    if number == 1:
        return None
    versions = _of(comment, sees_hidden=sees_hidden).filter(number__lt=number).order_by("-number")
    legible = versions if sees_hidden else versions.filter(is_hidden=False)
    row = legible.values(*FIELDS).first()
    return None if row is None else _shape(row, comment, sees_hidden=sees_hidden)


def _shape(row: dict[str, Any], comment: Comment, *, sees_hidden: bool) -> dict[str, Any]:
    shape = {
        "id": row["id"],
        "number": row["number"],
        "is_current": row["id"] == comment.version_id,
        "is_hidden": row["is_hidden"],
        "hidden_reason": row["hidden_reason"],
        "is_open": True,
        "source": row["source"],
        "html": cleaned(row["html"]),
        "note": row["note"],
        "editor": row["editor__name"],
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], comment.thread.theme.event.timezone),
        # What is hidden is read here or nowhere: its address as a citation shows the current text.
        "url": "" if row["is_hidden"] else f"/comments/{row['comment_id']}/?version={row['number']}",
    }
    return shape | BLANKED if row["is_hidden"] and not sees_hidden else shape
