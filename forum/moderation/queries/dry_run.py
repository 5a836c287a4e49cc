"""The comments of the past as a rule's dry run needs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from forum.dialogue.models.log import refused_at
from forum.events.models.role import DECIDING
from forum.events.queries.formatting import comment_label, excerpt, format_datetime
from forum.kernel.choices import Status
from forum.models import Comment, Role, Theme, Trust

SHOWN = 100  # comments a dry run lists by name; the rest is counted
SLICE = 500  # comments in memory at a time, each with its text of up to 20,000 characters


def rules_of_themes(event_id: int) -> dict[int, dict[str, Any]]:
    """What each theme of an event says of the rules itself. One query."""
    return dict(Theme.objects.filter(event=event_id).values_list("pk", "hold_rules"))


def past(event_id: int, theme_id: int | None, *, since: datetime) -> Iterator[dict[str, Any]]:
    """Everything that was written in an event, in the order of writing, read in slices. Three queries.

    `is_asked` tells what a dry run reports: what was written since then, in the theme that is asked for.
    """
    roles = Role.objects.filter(event=event_id, kind__in=DECIDING).values_list("person_id", "theme_id")
    passing = {*roles, *Trust.objects.filter(event=event_id).values_list("person_id", "theme_id")}
    written = Comment.objects.filter(theme__event=event_id).order_by("created_at", "pk")
    rows = written.values(
        "pk", "author_id", "created_at", "status", "theme_id", "version__text", "version__html", refused=refused_at()
    )
    for row in rows.iterator(chunk_size=SLICE):
        author, theme = row["author_id"], row["theme_id"]
        yield {
            "comment_id": row["pk"],
            "author_id": author,
            "theme_id": theme,
            "at": row["created_at"],
            "status": row["status"],
            "refused_at": row["refused"],
            "text": row["version__text"],
            "html": row["version__html"],
            "passes": not passing.isdisjoint({(author, None), (author, theme)}),
            "is_asked": theme_id in (None, theme) and row["created_at"] >= since,
        }


def named(comment_ids: list[int]) -> dict[int, dict[str, Any]]:
    """What a dry run says of the comments it names. One query."""
    rows = Comment.objects.filter(pk__in=comment_ids).order_by()
    fields = (
        "pk", "number", "theme__code", "theme__event__timezone", "created_at", "author__name", "version__text",
        "status",
    )  # fmt: skip
    return {
        row["pk"]: {
            "label": comment_label(row["theme__code"], row["number"]),
            "url": f"/comments/{row['pk']}/",
            "name": row["author__name"],
            "at_label": format_datetime(row["created_at"], row["theme__event__timezone"]),
            "excerpt": excerpt(row["version__text"]),
            "became": Status(row["status"]).label,
        }
        for row in rows.values(*fields)
    }
