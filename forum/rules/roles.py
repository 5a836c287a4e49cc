"""Who is what, for one event."""

from typing import Any

from forum.choices import RoleKind
from forum.models import Role


def roles_of(person: Any, event_id: int) -> frozenset[str]:
    """The roles of a person for an event. One query per person and event; none for anonymous."""
    if not person.is_authenticated:
        return frozenset()
    known: dict[int, frozenset[str]] = person.__dict__.setdefault("_roles", {})
    if event_id not in known:
        rows = Role.objects.filter(person_id=person.pk, event_id=event_id).values_list("kind", flat=True)
        known[event_id] = frozenset(rows)
    return known[event_id]


def may_organise(person: Any, event_id: int) -> bool:
    return RoleKind.ORGANISER in roles_of(person, event_id)


def may_moderate(person: Any, event_id: int) -> bool:
    """Moderators moderate; organisers may, too."""
    return bool(roles_of(person, event_id) & {RoleKind.MODERATOR, RoleKind.ORGANISER})
