"""Giving and taking roles. Whoever lost one has lost it with the next thing they ask for: roles are read each time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.actions import log, tell
from forum.actions.people import give_role
from forum.actions.transactions import in_one_transaction
from forum.choices import Act, RoleKind
from forum.errors import Refused, refuse_if
from forum.models import Article, Event, LogEntry, Role, Theme
from forum.reasons import Reason
from forum.rules.roles import read_anew, why_not_appoint, why_not_dismiss


@in_one_transaction
def appoint(
    person: Any, kind: RoleKind, *, event: Event, theme: Theme | None = None, by: Any, now: datetime
) -> LogEntry:
    """Gives somebody a role in an event, or in one theme of it; they are told. Raises Refused."""
    _lock_roles(event.pk, by)
    refuse_if(why_not_appoint(by, person, kind, event_id=event.pk, theme_id=theme.pk if theme else None))
    give_role(event, person, kind, theme=theme)
    said = f"{kind.label}, {theme.letter}. {theme.title}" if theme else str(kind.label)
    return log.record_in_event(Act.GIVE_ROLE, event.pk, by=by, reason=said, now=now, person=person)


@in_one_transaction
def dismiss(role: Role, *, by: Any, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Takes a role away; whoever had it is told why. Raises Refused."""
    _lock_roles(role.event_id, by)
    fresh = Role.objects.select_related("person").filter(pk=role.pk).first()
    if fresh is None:
        raise Refused(Reason.ROLE_GONE)
    refuse_if(why_not_dismiss(by, fresh))
    fresh.delete()
    tell.sessions_changed(fresh.person_id)  # what they have open asks again what it may show
    concerned = fresh.person
    return log.record_in_event(
        Act.TAKE_ROLE, fresh.event_id, by=by, reason=reason, now=now, person=concerned, article=article
    )


def _lock_roles(event_id: int, by: Any) -> None:
    """The event's row is the lock for its roles: two organisers who dismiss each other leave one."""
    Event.objects.select_for_update(no_key=True).get(pk=event_id)
    read_anew(by)
