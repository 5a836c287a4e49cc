"""Where somebody decides."""

from __future__ import annotations

from accounts.models import Viewer
from forum.events.models.role import DECIDING
from forum.models import Event, Role


def events_moderated(person: Viewer) -> list[int]:
    """The events in which somebody decides anywhere. One query."""
    roles = Role.objects.filter(person=person.pk, kind__in=DECIDING).order_by()
    return list(roles.values_list("event_id", flat=True).distinct())


def events_where_deciding(person: Viewer) -> list[Event]:
    """The same as events, the newest first. One query."""
    roles = Role.objects.filter(person=person.pk, kind__in=DECIDING).order_by()
    return list(Event.objects.filter(pk__in=roles.values("event_id")).order_by("-starts_at"))
