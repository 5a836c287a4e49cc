"""What the staff of the site do about accounts, and about events that have nobody else to do it."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from accounts.models import Person
from forum.dialogue.actions import log
from forum.dialogue.actions.locking import lock_roles
from forum.dialogue.actions.people import change_profile
from forum.events.rules.roles import why_not_close_account, why_not_install
from forum.kernel import realtime
from forum.kernel.choices import Act, RoleKind
from forum.kernel.errors import refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.models import Event, Role
from forum.moderation.actions.roles import give_role

SHOWN = {"name", "group", "organisation"}  # beside everything somebody writes


class AccountChange(TypedDict, total=False):
    """What staff can change of an account; what is not there stays."""

    name: str
    email: str
    group: str
    organisation: str
    is_active: bool
    is_staff: bool
    date_joined: datetime


@in_one_transaction
def change_account(person: Person, *, changed: AccountChange) -> None:
    """Changes what staff changed of an account, and nothing else: the rest may be newer than their form.

    Who can no longer log in is gone from every open page with the commit. Raises Refused.
    """
    organised = Event.objects.filter(roles__person=person.pk, roles__kind=RoleKind.ORGANISER).values("pk")
    list(Event.objects.select_for_update(no_key=True).filter(pk__in=organised).order_by("pk"))  # locks their roles
    refuse_if(None if changed.get("is_active", True) else why_not_close_account(person))
    fresh = Person.objects.get(pk=person.pk)
    rest = {name: value for name, value in changed.items() if name not in SHOWN}
    if rest:
        Person.objects.filter(pk=person.pk).update(**rest)
        realtime.sessions_changed(person.pk)
    if SHOWN & changed.keys():
        change_profile(
            fresh,
            name=changed.get("name", fresh.name),
            group=changed.get("group", fresh.group),
            organisation=changed.get("organisation", fresh.organisation),
        )


@in_one_transaction
def install(person: Person, *, event: Event, by: Person, now: datetime) -> Role:
    """Makes somebody an organiser for the staff of the site; they are told, and the log has it. Raises Refused."""
    lock_roles(event.pk, by)
    refuse_if(why_not_install(by, person, event.pk))
    role = give_role(event, person, RoleKind.ORGANISER)
    said = str(RoleKind.ORGANISER.label)
    log.record_in_event(Act.GIVE_ROLE, event.pk, by=by, reason=said, now=now, person=person)
    return role
