"""What public pages are made of: the rows that move with everything a page shows, and the clock.

Every public change under a theme moves the theme's row (`revision`, `stamp`), so comments, names, notes and summaries
need no question of their own. What the announcement says stands in the rows of the event, its parties and references.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from forum.database.row_states import Rows, rows_of
from forum.kernel.compiled import Compiled
from forum.models import Comment, Event, Party, Reference, Theme, Thread

Found = tuple[tuple[Rows, ...], datetime | None]  # the rows, and the next moment at which the clock changes the page


def of_home(*, now: datetime) -> Found:
    """All events, with what is counted of their themes. One statement."""
    events = Event.objects.order_by()
    return (rows_of(Event), rows_of(Theme)), _next(now, *(_moments(event) for event in events))


def of_event(event_slug: str, *, now: datetime) -> Found | None:
    """What an event's own page shows, and its activity stream and feed. Four statements."""
    event = Event.objects.filter(slug=event_slug).first()
    if event is None:
        return None
    themes = list(Theme.objects.filter(event=event))
    rows = (rows_of(model, "event_id", event.pk) for model in (Theme, Party, Reference))
    until = _next(now, _moments(event), *map(_plan, themes), _plans_of_threads(event, now))
    return (rows_of(Event, "id", event.pk), *rows), until


def of_theme(event_slug: str, theme_slug: str, *, now: datetime) -> Found | None:
    """Two statements."""
    return _in_theme(WITH_EVENT.filter(event__slug=event_slug, slug=theme_slug), now)


def of_thread(thread_id: int, *, now: datetime) -> Found | None:
    """Two statements. A summary may name comments of other themes of its event, so it is kept by all of them."""
    for thread in WITH_PLACE.rows(thread=thread_id):
        found = _in_theme([thread.theme], now)
        if found is None or thread.summary_id is None:
            return found
        (_, event), until = found
        return (rows_of(Theme, "event_id", thread.theme.event_id), event), until
    return None


def of_comment(comment_id: int, *, now: datetime) -> Found | None:
    """Two statements."""
    return _in_theme(OF_COMMENT.rows(comment=comment_id), now)


Moments = Iterable[datetime | None]
WITH_EVENT = Theme.objects.select_related("event").only(
    "opens_at", "closes_at", "event_id", "event__opens_at", "event__closes_at", "event__ends_at"
)
WITH_PLACE = Compiled(
    lambda thread: (
        Thread.objects.filter(pk=thread)
        .select_related("theme__event")
        .only(
            "summary_id",
            "theme_id",
            "theme__opens_at",
            "theme__closes_at",
            "theme__event_id",
            "theme__event__opens_at",
            "theme__event__closes_at",
            "theme__event__ends_at",
        )
    ),
    thread=int,
)
OF_COMMENT = Compiled(
    lambda comment: WITH_EVENT.filter(
        pk__in=Comment.objects.filter(pk=comment).order_by().values("theme_id")
    ).order_by(),
    comment=int,
)
PLANNED = Compiled(
    lambda theme, now: Thread.objects.filter(Q(closes_at__gt=now) | Q(opens_at__gt=now), theme=theme).only(
        "closes_at", "opens_at"
    ),
    theme=int,
    now=datetime,
)


def _in_theme(themes: Iterable[Theme], now: datetime) -> Found | None:
    for theme in themes:
        threads = (_plan(thread) for thread in PLANNED.rows(theme=theme.pk, now=now))
        until = _next(now, _moments(theme.event), _plan(theme), *threads)
        return (rows_of(Theme, "id", theme.pk), rows_of(Event, "id", theme.event_id)), until
    return None


def _moments(event: Event) -> Moments:
    return event.opens_at, event.closes_at, event.ends_at


def _plan(planned: Theme | Thread) -> Moments:
    return planned.closes_at, planned.opens_at


def _plans_of_threads(event: Event, now: datetime) -> Moments:
    """When threads of an event close or open by a plan. One statement."""
    planned = Thread.objects.filter(Q(closes_at__gt=now) | Q(opens_at__gt=now), theme__event=event)
    return [moment for pair in planned.values_list("closes_at", "opens_at") for moment in pair]


def _next(now: datetime, *moments: Moments) -> datetime | None:
    return min((moment for some in moments for moment in some if moment is not None and moment > now), default=None)
