"""Themes as everybody sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Viewer
from forum.events.queries.formatting import (
    comment_count,
    excerpt,
    format_datetime,
    iso,
    locked_sentence,
    plan_sentence,
    slow_sentence,
    thread_count,
)
from forum.kernel.compiled import Compiled, CompiledValues
from forum.models import Comment, Event, Theme

FIELDS = (
    "id", "code", "title", "slug", "question", "position", "revision", "stamp", "comment_count", "thread_count",
    "event__slug", "takes_stances", "is_locked",
)  # fmt: skip


def get(person: Viewer, event_slug: str, theme_slug: str) -> Theme:
    """A theme with its event. Raises Theme.DoesNotExist."""
    return AT_ADDRESS.get(event=event_slug, theme=theme_slug)


def get_by_id(person: Viewer, theme_id: int) -> Theme:
    """The same by its key. Raises Theme.DoesNotExist."""
    return Theme.objects.select_related("event").get(pk=theme_id)


def others_of(theme: Theme) -> list[Theme]:
    """The other themes of its event, in their order. One query."""
    return list(Theme.objects.filter(event_id=theme.event_id).exclude(pk=theme.pk))


def of_event(event_id: int) -> list[dict[str, Any]]:
    """Rows of an event's discussion themes, in their order. Two queries."""
    return _shaped(OF_EVENT.rows(event=event_id))


def shown(themes: QuerySet[Theme]) -> list[dict[str, Any]]:
    """Rows ready for the theme fragment. Two queries: the themes, and the newest comment of each."""
    return _shaped(_with_newest(themes))


def _with_newest(themes: QuerySet[Theme]) -> QuerySet[Theme, tuple[Any, ...]]:
    newest = Comment.objects.filter(theme=OuterRef("pk")).public().order_by("-number").values("pk")[:1]
    return themes.annotate(newest=Subquery(newest)).values_list(*FIELDS, "newest")


OF_EVENT = CompiledValues[tuple[Any, ...]](
    lambda event: _with_newest(Theme.objects.filter(event=event, is_meeting=False).order_by("position")), event=int
)
AT_ADDRESS = Compiled(
    lambda event, theme: Theme.objects.filter(event__slug=event, slug=theme).select_related("event"),
    event=str,
    theme=str,
)


def _shaped(found: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    rows = [dict(zip((*FIELDS, "newest"), row, strict=True)) for row in found]
    voices = _voices([row["newest"] for row in rows if row["newest"]])
    return [_shape(row, voices.get(row["newest"])) for row in rows]


def _voices(comment_ids: list[int]) -> dict[int, dict[str, Any]]:
    rows = Comment.objects.filter(pk__in=comment_ids).public().order_by()  # still: it may have gone a moment ago
    return {
        row["id"]: {
            "name": row["author__name"],
            "iso": iso(row["created_at"]),
            "label": format_datetime(row["created_at"]),
            "excerpt": excerpt(row["version__text"]),
            "url": f"/comments/{row['id']}/",
        }
        for row in rows.values("id", "author__name", "created_at", "version__text")
    }


def _shape(row: dict[str, Any], last: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "id": row["id"],
        "code": row["code"],
        "hue": row["position"],
        "title": row["title"],
        "question": row["question"],
        "url": f"/{row['event__slug']}/{row['slug']}/",
        "revision": row["revision"],
        "stamp": row["stamp"],
        "thread_label": thread_count(row["thread_count"]),
        "comment_label": comment_count(row["comment_count"]),
        "takes_stances": row["takes_stances"],
        "is_locked": row["is_locked"],
        "last": last,
    }


def state_of(theme: Theme) -> dict[str, str]:
    """What moderators have laid down for a theme, in words. No query."""
    return {
        "locked_text": locked_sentence(theme.lock_reason) if theme.is_locked else "",
        "plan_text": plan_sentence(theme.closes_at, theme.opens_at, zone=theme.event.timezone),
        "slow_text": slow_sentence(theme.slow_minutes),
    }


def all_ids() -> list[int]:
    """Every theme of every event."""
    return list(Theme.objects.order_by("pk").values_list("pk", flat=True))


def themes_of(event: Event) -> list[dict[str, Any]]:
    """The themes of an event, the meeting's own last. One query."""
    themes = Theme.objects.filter(event=event).order_by("is_meeting", "position")
    rows: Any = themes.values("id", "code", "slug", "title", "position", "revision", "stamp", "is_meeting")
    return list(rows)
