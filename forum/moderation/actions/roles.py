"""Giving and taking roles. Whoever lost one has lost it with the next thing they ask for: roles are read each time."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import log
from forum.dialogue.actions.locking import lock_roles
from forum.events.rules.roles import why_not_appoint, why_not_dismiss, why_not_pair
from forum.kernel import realtime
from forum.kernel.choices import Act, RoleKind
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Event, LogEntry, Role, Theme


@in_one_transaction
def appoint(
    person: Person, kind: RoleKind, *, event: Event, theme: Theme | None = None, by: Person, now: datetime
) -> LogEntry:
    """Gives somebody a role in an event, or in one theme of it; they are told. Raises Refused."""
    lock_roles(event.pk, by)
    refuse_if(why_not_appoint(by, person, kind, event_id=event.pk, theme_id=theme.pk if theme else None))
    give_role(event, person, kind, theme=theme)
    said = f"{kind.label}, {theme.code}. {theme.title}" if theme else str(kind.label)
    return log.record_in_event(Act.GIVE_ROLE, event.pk, by=by, reason=said, now=now, person=person)


@in_one_transaction
def dismiss(role: Role, *, by: Person, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Takes a role away; whoever had it is told why. Raises Refused."""
    lock_roles(role.event_id, by)
    fresh = Role.objects.select_related("person").filter(pk=role.pk).first()
    if fresh is None:
        raise Refused(Reason.ROLE_GONE)
    refuse_if(why_not_dismiss(by, fresh))
    fresh.delete()
    realtime.sessions_changed(fresh.person_id)  # what they have open asks again what it may show
    concerned = fresh.person
    return log.record_in_event(
        Act.TAKE_ROLE, fresh.event_id, by=by, reason=reason, now=now, person=concerned, article=article
    )


def give_role(event: Event, person: Person, kind: RoleKind, *, theme: Theme | None = None) -> Role:
    """Gives a role without asking who gives it, as when an event is set up. Raises Refused."""
    refuse_if(why_not_pair(event.pk, theme))
    return Role.objects.get_or_create(event=event, person=person, kind=kind, theme=theme)[0]
