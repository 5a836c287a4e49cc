"""What public pages are made of: the rows that move with everything a page shows, and the clock.

Every public change under a theme moves the theme's row (`revision`, `stamp`), so comments, names, notes and summaries
need no question of their own. What the announcement says stands in the rows of the event, its parties and references.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from forum.database.row_states import Rows, rows_of
from forum.models import Comment, Event, Party, Reference, Theme, Thread

Found = tuple[tuple[Rows, ...], datetime | None]  # the rows, and the next moment at which the clock changes the page


def of_home(*, now: datetime) -> Found:
    events = Event.objects.order_by()
    return (rows_of(Event),), _next(now, *(_moments(event) for event in events))


def of_event(event_slug: str, *, now: datetime) -> Found | None:
    """What an event's own page shows, and its activity stream and feed. Four statements."""
    event = Event.objects.filter(slug=event_slug).first()
    if event is None:
        return None
    themes = list(Theme.objects.filter(event=event))
    rows = (rows_of(model, "event_id", event.pk) for model in (Theme, Party, Reference))
    until = _next(now, _moments(event), *map(_plan, themes), _plans_of_threads(now, theme__event=event))
    return (rows_of(Event, "id", event.pk), *rows), until


def of_theme(event_slug: str, theme_slug: str, *, now: datetime) -> Found | None:
    """Two statements."""
    return _in_theme(Theme.objects.filter(event__slug=event_slug, slug=theme_slug), now)


def of_thread(thread_id: int, *, now: datetime) -> Found | None:
    """Two statements."""
    return _in_theme(Theme.objects.filter(threads=thread_id), now)


def of_comment(comment_id: int, *, now: datetime) -> Found | None:
    """Two statements."""
    return _in_theme(Theme.objects.filter(pk__in=Comment.objects.filter(pk=comment_id).values("theme_id")), now)


def _in_theme(themes: Any, now: datetime) -> Found | None:
    theme = themes.select_related("event").first()
    if theme is None:
        return None
    until = _next(now, _moments(theme.event), _plan(theme), _plans_of_threads(now, theme=theme))
    return (rows_of(Theme, "id", theme.pk), rows_of(Event, "id", theme.event_id)), until


Moments = Iterable[datetime | None]


def _moments(event: Event) -> Moments:
    return event.opens_at, event.closes_at, event.ends_at


def _plan(theme: Theme) -> Moments:
    return theme.closes_at, theme.opens_at


def _plans_of_threads(now: datetime, **place: Any) -> Moments:
    """When threads of a place close or open by a plan. One statement."""
    planned = Thread.objects.filter(Q(closes_at__gt=now) | Q(opens_at__gt=now), **place)
    return [moment for pair in planned.values_list("closes_at", "opens_at") for moment in pair]


def _next(now: datetime, *moments: Moments) -> datetime | None:
    return min((moment for some in moments for moment in some if moment is not None and moment > now), default=None)
