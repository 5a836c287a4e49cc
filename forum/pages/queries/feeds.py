"""The newest public comments of an event, a theme, a thread or a person: what feeds and a person's page list."""

from __future__ import annotations

from typing import Any

from forum.events.queries.formatting import cleaned, comment_label, excerpt, format_datetime, iso, placeholder_title
from forum.kernel.choices import Status
from forum.models import Comment, Theme

ENTRIES = 50  # the newest; a reader that asks once a day misses nothing in a busy dialogue

FIELDS = (
    "id", "thread_id", "number", "created_at", "edited_at", "author_id", "author__name", "version__html",
    "version__text", "theme__code", "theme__title", "theme__position", "theme__event__slug", "theme__event__title",
    "theme__event__timezone",
    "theme__slug", "thread__title", "thread__opening__number", "thread__opening__status",
)  # fmt: skip


def of_event(event_id: int) -> list[dict[str, Any]]:
    """One query for each theme, which knows its newest by an index, and two more."""
    found: list[int] = []
    for theme_id in list(Theme.objects.filter(event_id=event_id).order_by().values_list("pk", flat=True)):
        comments = Comment.objects.filter(theme=theme_id).public().order_by("-published_revision")
        found += comments.values_list("pk", flat=True)[:ENTRIES]
    newest = Comment.objects.filter(pk__in=sorted(found)[-ENTRIES:]).public()
    return _rows(newest.order_by("-pk"), ENTRIES)


def of_theme(theme_id: int) -> list[dict[str, Any]]:
    """One query."""
    return _rows(Comment.objects.filter(theme=theme_id).public().order_by("-published_revision"), ENTRIES)


def of_thread(thread_id: int) -> list[dict[str, Any]]:
    """One query."""
    return _rows(Comment.objects.filter(thread=thread_id).public().order_by("-published_revision"), ENTRIES)


def of_person(person_id: int, *, before: int | None = None, limit: int = ENTRIES) -> list[dict[str, Any]]:
    """What somebody wrote, the newest first, from below the comment `before` on. One query."""
    comments = Comment.objects.filter(author=person_id).public()
    if before is not None:
        comments = comments.filter(pk__lt=before)
    return _rows(comments.order_by("-pk"), limit)


def _rows(comments: Any, limit: int) -> list[dict[str, Any]]:
    return [_shape(row) for row in comments.values(*FIELDS)[:limit]]


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    """A row in words. The title is part of the opening: it shows and hides with it."""
    code = row["theme__code"]
    is_titled = row["thread__opening__status"] == Status.PUBLISHED
    edited = row["edited_at"]
    return {
        "id": row["id"],
        "label": comment_label(code, row["number"]),
        "title": row["thread__title"] if is_titled else placeholder_title(code, row["thread__opening__number"]),
        "name": row["author__name"],
        "author_url": f"/people/{row['author_id']}/",
        "url": f"/comments/{row['id']}/",
        "html": cleaned(row["version__html"]),
        "excerpt": excerpt(row["version__text"]),
        "theme_code": code,
        "theme_title": row["theme__title"],
        "hue": row["theme__position"],
        "written_at": row["created_at"],
        "changed_at": edited or row["created_at"],
        "written_iso": iso(row["created_at"]),
        "written_label": format_datetime(row["created_at"], row["theme__event__timezone"]),
        "changed_iso": iso(edited or row["created_at"]),
    }
