"""What staff type in the administration, and what it answers."""

from __future__ import annotations

from typing import Any

from accounts.models import Person

ADD_EVENT, ADD_THEME, ADD_ROLE = (f"/admin/forum/{thing}/add/" for thing in ("event", "theme", "role"))
EVENT = {
    "slug": "paris",
    "title": "A meeting",
    "strapline": "",
    "place": "Paris",
    "timezone": "Europe/Paris",
    "starts_at": "2026-07-01T09:00",
    "ends_at": "2026-07-01T17:00",
    "opens_at": "2026-01-15T00:00",
    "closes_at": "",
    "contact": "",
    "frame_origins": "",
}
THEME = {"code": "A", "slug": "access", "title": "Access", "question": "", "position": "1"}


def errors(response: Any, name: str) -> list[str]:
    assert response.status_code == 200
    found: list[str] = response.context["adminform"].form.errors.get(name, [])
    return found


def page_of(thing: Any, act: str = "change") -> str:
    meta = type(thing)._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{thing.pk}/{act}/"


def account(person: Person, **changed: Any) -> dict[str, Any]:
    """What the form about an account sends; a box that is not ticked is not sent."""
    facts = {"name": person.name, "group": person.group, "organisation": person.organisation, "is_active": "on"}
    return {name: value for name, value in {**facts, **changed}.items() if value is not None}
