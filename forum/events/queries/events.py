"""Events as everybody sees them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext

from accounts.models import Viewer
from accounts.zones import zone_name
from forum.events.queries.formatting import cleaned, format_datetime, iso
from forum.kernel.choices import PartyKind
from forum.kernel.compiled import Compiled
from forum.kernel.names import FIRST, SECOND, is_taken
from forum.models import Event, Theme


def get(person: Viewer, slug: str) -> Event:
    """An event. Raises Event.DoesNotExist."""
    return AT_ADDRESS.get(slug=slug)


def is_any() -> bool:
    """Whether any event was announced."""
    return Event.objects.exists()


def was_spoken_in(event: Event) -> bool:
    """Whether anything was ever said in it, public or not."""
    return Theme.objects.filter(event=event, last_number__gt=0).exists()


def taken() -> list[str]:
    """The addresses of events and themes whose names Parley's own pages need. None before the first migration."""
    if Theme._meta.db_table not in connection.introspection.table_names():
        return []
    slugs = Event.objects.order_by("slug").values_list("slug", flat=True)
    pairs = Theme.objects.order_by("event__slug", "slug").values_list("event__slug", "slug")
    first = [f"/{slug}/" for slug in slugs if is_taken(slug, FIRST)]
    return first + [f"/{event}/{slug}/" for event, slug in pairs if is_taken(slug, SECOND)]


def cards(*, now: datetime) -> list[dict[str, Any]]:
    """All events, the newest first. One query."""
    return [card(event, now=now) for event in Event.objects.order_by("-starts_at")]


def card(event: Event, *, now: datetime) -> dict[str, Any]:
    """An event in words."""
    return {
        "id": event.pk,
        "slug": event.slug,
        "url": f"/{event.slug}/",
        "log_url": f"/{event.slug}/moderation/",
        "conduct_url": f"/{event.slug}/moderation/conduct/",
        "transparency_url": f"/{event.slug}/moderation/transparency/",
        "search_url": f"/{event.slug}/search/",
        "wall_url": f"/{event.slug}/live/",
        "title": event.title,
        "strapline": event.strapline,
        "place": event.place,
        "when": when(event),
        "timezone": event.timezone,
        "ends_iso": iso(event.ends_at),
        "opens_iso": iso(event.opens_at) if state(event, now=now) is State.SOON else "",
        "starts_iso": iso(event.starts_at),
        "phase": phase(event, now=now),
        "state": state(event, now=now),
        "objective_html": cleaned(event.objective_html),
        "registration_html": cleaned(event.registration_html),
        "reception_html": cleaned(event.reception_html),
        "contact": event.contact,
    }


def parties(event: Event) -> dict[str, list[Any]]:
    """Who stands behind an event, by kind. One query."""
    rows = list(event.parties.order_by("position").values("kind", "name", "url"))
    return {kind: [row for row in rows if row["kind"] == kind] for kind in PartyKind.values}


def references(event: Event) -> list[Any]:
    """The numbered documents. One query."""
    return list(event.references.order_by("number").values("number", "text", "url"))


def meeting_theme(event: Event) -> Theme | None:
    """The theme that holds the responses to the announcement itself."""
    return next(iter(OF_MEETING.rows(event=event.pk)), None)


AT_ADDRESS = Compiled(lambda slug: Event.objects.filter(slug=slug), slug=str)
OF_MEETING = Compiled(lambda event: Theme.objects.filter(event=event, is_meeting=True)[:1], event=int)


def when(event: Event) -> str:
    """Day and hours in the event's own time, such as "Monday 5 November 2012, 10:30–17:30 Baku time"."""
    start, end = event.starts_at.astimezone(event.tz), event.ends_at.astimezone(event.tz)
    day = f"{WEEKDAYS[start.weekday()]} {start.day} {MONTHS[start.month]} {start.year}"
    return f"{day}, {start:%H:%M}–{end:%H:%M} {zone_name(event.timezone)}"


class State(StrEnum):
    """Whether people can write in an event, by its dates alone."""

    SOON = "soon"
    OPEN = "open"
    CLOSED = "closed"


def state(event: Event, *, now: datetime) -> State:
    """Where the dialogue stands by the clock."""
    if now < event.opens_at:
        return State.SOON
    if event.closes_at and now >= event.closes_at:
        return State.CLOSED
    return State.OPEN


def phase(event: Event, *, now: datetime) -> str:
    """Where the dialogue stands, in one line."""
    stands = state(event, now=now)
    if stands is State.SOON:
        return gettext("The dialogue opens on %(when)s") % {"when": format_datetime(event.opens_at, event.timezone)}
    if stands is State.CLOSED:
        return gettext("The dialogue is closed; you can still read it")
    if now > event.ends_at:
        return gettext("The meeting has taken place; the dialogue is still open")
    return gettext("The dialogue is open")
