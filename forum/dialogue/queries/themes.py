"""Themes as everybody sees them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

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
from forum.kernel.compiled import Compiled, PreparedDicts
from forum.kernel.lookups import listed
from forum.models import Comment, Event, Theme

FIELDS = (
    "id", "code", "title", "slug", "question", "position", "revision", "stamp", "comment_count", "thread_count",
    "event__slug", "event__timezone", "takes_stances", "is_locked",
)  # fmt: skip
VOICE_FIELDS = ("id", "author__name", "created_at", "version__text")


class Activity(TypedDict):
    """How much was said in an event: its discussion themes, its public comments, and when the newest was posted."""

    themes: int
    comments: int
    last: datetime | None


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
    return _shaped(_as_values(themes))


def _shaped(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = list(found)
    newest = [row["newest"] for row in rows if row["newest"]]
    voices = VOICES.rows(keys=listed(newest)) if newest else []
    by_comment = {voice["id"]: voice for voice in voices}
    return [_shape(row, by_comment.get(row["newest"])) for row in rows]


def one(theme_id: int) -> dict[str, Any] | None:
    """The same of one theme; None if there is no such theme. Two queries."""
    for row in ONE.rows(theme=theme_id):
        voices = VOICES.rows(keys=listed([row["newest"]])) if row["newest"] else []
        return _shape(row, voices[0] if voices else None)
    return None


def _as_values(themes: QuerySet[Theme]) -> QuerySet[Theme, dict[str, Any]]:
    return themes.annotate(newest=_newest()).values(*FIELDS, "newest")


def _newest() -> Subquery:
    return Subquery(Comment.objects.filter(theme=OuterRef("pk")).public().order_by("-number").values("pk")[:1])


def activity() -> dict[int, Activity]:
    """What is going on in each event, by its key. Two queries."""
    rows = Theme.objects.annotate(newest=_newest()).values("event_id", "is_meeting", "comment_count", "newest")
    newest = [row["newest"] for row in rows if row["newest"]]
    spoken = dict(Comment.objects.filter(pk__in=newest).public().order_by().values_list("pk", "created_at"))
    found: dict[int, Activity] = {}
    for row in rows:
        event = found.setdefault(row["event_id"], {"themes": 0, "comments": 0, "last": None})
        event["themes"] += not row["is_meeting"]
        event["comments"] += row["comment_count"]
        times = [when for when in (event["last"], spoken.get(row["newest"])) if when]
        event["last"] = max(times, default=None)
    return found


# The newest comments of themes, by their keys, that are public still: each may have gone a moment ago.
VOICES = PreparedDicts(
    lambda keys: Comment.objects.filter(pk__among=keys).public().order_by().values(*VOICE_FIELDS), keys=str
)
OF_EVENT = PreparedDicts(
    lambda event: _as_values(Theme.objects.filter(event=event, is_meeting=False).order_by("position")), event=int
)
AT_ADDRESS = Compiled(
    lambda event, theme: Theme.objects.filter(event__slug=event, slug=theme).select_related("event"),
    event=str,
    theme=str,
)
ONE = PreparedDicts(lambda theme: _as_values(Theme.objects.filter(pk=theme)), theme=int)


def _last(voice: dict[str, Any], zone: str) -> dict[str, Any]:
    return {
        "name": voice["author__name"],
        "iso": iso(voice["created_at"]),
        "label": format_datetime(voice["created_at"], zone),
        "excerpt": excerpt(voice["version__text"]),
        "url": f"/comments/{voice['id']}/",
    }


def _shape(row: dict[str, Any], voice: dict[str, Any] | None) -> dict[str, Any]:
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
        "last": _last(voice, row["event__timezone"]) if voice else None,
    }


def state_of(theme: Theme) -> dict[str, str]:
    """What moderators have laid down for a theme, in words. No query."""
    return {
        "locked_text": locked_sentence(theme.lock_reason) if theme.is_locked else "",
        "plan_text": plan_sentence(theme.closes_at, theme.opens_at, zone=theme.event.timezone),
        "closes_iso": iso(theme.closes_at) if theme.closes_at else "",
        "opens_iso": iso(theme.opens_at) if theme.opens_at else "",
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
