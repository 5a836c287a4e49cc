"""Laying something on a person, and ending it before its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from accounts.models import Person
from forum.dialogue.actions import log, outgoing_mail
from forum.dialogue.rules.sanctions import ends_sessions, why_not_lift, why_not_sanction
from forum.kernel import realtime
from forum.kernel.choices import Act, SanctionKind
from forum.kernel.errors import refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Event, Sanction

ACTS = {
    SanctionKind.WARNING: Act.WARN,
    SanctionKind.PACE: Act.PACE,
    SanctionKind.SILENCE: Act.SILENCE,
    SanctionKind.SUSPENSION: Act.SUSPEND,
    SanctionKind.BAN: Act.BAN,
}

SAID = ("event_id", "theme_id", "person_id", "kind", "pace", "reason", "note")  # what a form says, with its term


@in_one_transaction
def sanction(
    person: Person,
    kind: SanctionKind,
    event: Event,
    *,
    theme_id: int | None = None,
    pace: int | None = None,
    reason: str,
    note: str = "",
    until: datetime | None,
    by: Person,
    now: datetime,
    key: str = "",
) -> Sanction:
    """Lays something on a person until a time, or until it is lifted. They are told why, others are not.

    The same `key` of a form answers with what it laid first.

    Who may not stay logged in is logged out everywhere with the commit, and their open pages hear it. Raises Refused.
    """
    refuse_if(why_not_sanction(by, person, kind, event.pk, theme_id))
    laid = Sanction(
        event_id=event.pk,
        theme_id=theme_id,
        person_id=person.pk,
        kind=kind,
        pace=pace if kind == SanctionKind.PACE else None,
        reason=reason,
        note=note,
        by=by,
        created_at=now,
        ends_at=until,
        key=key,
    )
    if (first := _sent_before(laid)) is not None:
        return first
    laid.entry = log.record_in_event(ACTS[kind], event.pk, by=by, reason="", now=now, person=person)
    laid.save(force_insert=True)
    if ends_sessions(kind):
        end_sessions(person)
    return laid


def _sent_before(laid: Sanction) -> Sanction | None:
    """What somebody laid with this form before. Raises Refused if the form said something else then.

    Of two that come at once the database refuses the second, which then looks again.
    """
    first = Sanction.objects.filter(by=laid.by, key=laid.key).first() if laid.key else None
    if first is None:
        return None
    is_same = all(getattr(first, name) == getattr(laid, name) for name in SAID) and _term(first) == _term(laid)
    refuse_if(None if is_same else Reason.LAID_ALREADY)
    return first


def _term(laid: Sanction) -> timedelta | None:
    return laid.ends_at - laid.created_at if laid.ends_at else None


@in_one_transaction
def lift(sanction_id: int, *, by: Person, reason: str, now: datetime) -> None:
    """Ends a sanction before its time; the person is told. Raises Refused.

    No email is sent about a sanction that was lifted before the email about it left.
    """
    locked = Sanction.objects.select_for_update(of=("self",)).select_related("person", "entry")
    laid = locked.get(pk=sanction_id)
    refuse_if(why_not_lift(by, laid, now=now))
    Sanction.objects.filter(pk=laid.pk).update(lifted_at=now, lifted_by=by, lift_reason=reason)
    entry = log.record_in_event(
        Act.LIFT, laid.event_id, by=by, reason="", now=now, person=laid.person, undoes=laid.entry
    )
    if not outgoing_mail.take_back(laid.entry):
        outgoing_mail.take_back(entry)


def acknowledge(laid: Sanction, *, now: datetime) -> None:
    """Notes that somebody has read a warning of theirs. The first time counts."""
    Sanction.objects.filter(pk=laid.pk, kind=SanctionKind.WARNING, acknowledged_at=None).update(acknowledged_at=now)


def end_sessions(person: Person) -> None:
    """Logs somebody out everywhere at once."""
    Person.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    realtime.sessions_changed(person.pk)
