"""Who has which role in an event, for its organisers."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, Value, When

from accounts.models import Person
from forum.kernel.choices import RoleKind
from forum.models import Event, Role, Theme

KIND_LABELS = dict(RoleKind.choices)


def of_event(event: Event) -> list[dict[str, Any]]:
    """Everybody with a role: organisers first, then by theme and name. One query."""
    rank = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(RoleKind.values)))
    rows = Role.objects.filter(event=event).annotate(rank=rank).order_by(
        "rank", "theme__position", "person__name", "pk"
    ).values(
        "pk", "kind", "theme__code", "theme__title", "theme__position", "person_id", "person__name",
        "person__organisation", "person__is_active",
    )  # fmt: skip
    return [_shape(row) for row in rows]


def get(event: Event, role_id: int) -> Role:
    """A role of an event, with its person. Raises Role.DoesNotExist."""
    return Role.objects.select_related("person", "theme").get(event=event, pk=role_id)


def in_words(role: Role) -> str:
    """A role as the page names it: "Moderator, P. Principles"."""
    kind = str(KIND_LABELS[role.kind])
    return f"{kind}, {role.theme.code}. {role.theme.title}" if role.theme else kind


def with_address(email: str) -> Person | None:
    """Whose confirmed address this is; for organisers only, because it tells who has an account. One query."""
    people = Person.objects.filter(emailaddress__email=email.lower(), emailaddress__verified=True, is_active=True)
    return people.first()


def with_accounts() -> QuerySet[Person]:
    """Everybody who can log in: with a confirmed address, and not closed."""
    return Person.objects.filter(is_active=True, emailaddress__verified=True).distinct()


def themes_of(event: Event) -> list[Theme]:
    """What a role can be for, besides the whole event. One query."""
    return list(Theme.objects.filter(event=event).order_by("is_meeting", "position"))


def _shape(row: Any) -> dict[str, Any]:
    return {
        "id": row["pk"],
        "kind_label": str(KIND_LABELS[row["kind"]]),
        "theme": f"{row['theme__code']}. {row['theme__title']}" if row["theme__code"] else "",
        "hue": row["theme__position"] or 0,
        "person_id": row["person_id"],
        "name": row["person__name"],
        "organisation": row["person__organisation"],
        "is_active": row["person__is_active"],
    }
