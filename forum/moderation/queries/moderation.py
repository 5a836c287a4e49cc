"""Where somebody decides."""

from __future__ import annotations

from accounts.models import Viewer
from forum.events.models.role import DECIDING
from forum.models import Role


def events_moderated(person: Viewer) -> list[int]:
    """The events in which somebody decides anywhere. One query."""
    roles = Role.objects.filter(person=person.pk, kind__in=DECIDING).order_by()
    return list(roles.values_list("event_id", flat=True).distinct())
