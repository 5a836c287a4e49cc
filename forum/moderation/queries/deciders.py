"""Who decided, as a reader may know it: in which role, and by name where the event or a role of their own lets them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext

from forum.events.models.role import DECIDING
from forum.kernel.choices import RoleKind
from forum.models import Event, Role

Roles = dict[int, set[tuple[str, int | None]]]  # of each person, and the theme each is for


def roles_in(event: Event, people: Iterable[int | None]) -> Roles:
    """What those who decided are in this event now. One query, none without anybody."""
    roles: Roles = defaultdict(set)
    if known := set(filter(None, people)):
        rows = Role.objects.filter(event=event, person__in=known, kind__in=DECIDING)
        for person_id, kind, theme_id in rows.values_list("person_id", "kind", "theme_id"):
            roles[person_id].add((kind, theme_id))
    return roles


def named(person_id: int, name: str, roles: Roles, theme_id: int | None, *, with_names: bool) -> str:
    """Somebody who decided about something under a theme."""
    role = _role(roles.get(person_id, set()), theme_id)
    return f"{name}, {role}" if with_names else role


def _role(roles: set[tuple[str, int | None]], theme_id: int | None) -> str:
    """What somebody is here, as the public reads it: their role now, which may be another than then."""
    if (RoleKind.ORGANISER, None) in roles:
        return gettext("an organiser")
    if (RoleKind.MODERATOR, None) not in roles and (RoleKind.MODERATOR, theme_id) in roles:
        return gettext("a moderator of this theme")
    return gettext("a moderator")
