"""Emails to send: queued in the transaction of what happened, sent by forum/jobs when due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Person
from forum.dialogue.models.outgoing_mail import OutgoingMailQuerySet
from forum.kernel.choices import UNDO_WINDOW, Act
from forum.kernel.outbox import MailKind
from forum.models import Comment, IllegalReport, LogEntry, OutgoingMail

# A minute more than the page offers to undo: what was taken back at once reaches nobody.
AFTER_DECISION = UNDO_WINDOW + timedelta(minutes=1)
AFTER_HOLD = timedelta(minutes=10)  # no email says that a comment waits if it is decided sooner
BY_EMAIL = {
    Act.REMOVE,
    Act.RESTORE,
    Act.APPROVE,
    Act.TRUST,
    Act.REVISE,
    Act.REJECT,
    Act.HOLD_AGAIN,
    Act.OFF_TOPIC,
    Act.REDACT,
    Act.WARN,
    Act.PACE,
    Act.SILENCE,
    Act.SUSPEND,
    Act.BAN,
    Act.LIFT,
    Act.BULK_REMOVE,
    Act.BULK_RESTORE,
    Act.DISTRUST,
    Act.APPEAL_UPHELD,
    Act.APPEAL_DENIED,
}


def queue_decision(entry: LogEntry, person: Person) -> None:
    """Queues an email about a decision that concerns this person, if its kind is told by email or it reverses one that
    is."""
    acts = {entry.act, entry.undoes.act} if entry.undoes else {entry.act}
    if acts.isdisjoint(BY_EMAIL) or person.pk == entry.actor_id or not person.is_active or not person.email:
        return
    OutgoingMail.objects.create(
        kind=MailKind.NOTICE, person=person, entry=entry, due_at=entry.created_at + AFTER_DECISION
    )


def queue_held(comment: Comment, author: Person, *, now: datetime) -> None:
    """Queues an email to the author of a held comment that says why; none is sent if it is decided before."""
    if author.is_active and author.email:
        OutgoingMail.objects.to_send().update_or_create(
            kind=MailKind.NOTICE,
            comment=comment,
            defaults={"person": author, "due_at": now + AFTER_HOLD, "is_deferred": False},
        )


def queue_report(report: IllegalReport, *, now: datetime) -> None:
    """Queues an email to the reporter with the report's number and, once it is decided, with what was done."""
    if report.email:
        OutgoingMail.objects.to_send().update_or_create(kind=MailKind.NOTICE, report=report, defaults={"due_at": now})


def take_back(entry: LogEntry) -> bool:
    """Deletes the unsent emails about a decision that was undone. Returns whether any had left, or may have."""
    OutgoingMail.objects.to_send().filter(entry=entry).delete()
    return OutgoingMail.objects.filter(entry=entry).exists()


def send_again(mail: OutgoingMail, *, now: datetime) -> bool:
    """Queues an uncertain email once more. Returns False if it is not uncertain or a newer one takes its place."""
    return release_for_retry(OutgoingMail.objects.uncertain(now=now).filter(pk=mail.pk), as_new_at=now)


def release_for_retry(mail: OutgoingMailQuerySet, *, as_new_at: datetime | None = None) -> bool:
    """Ends the claim of a server on this email, so that it is tried again.

    With `as_new_at` it is due then and has all its tries once more. Returns False if a newer one about the same is
    queued by now: a constraint of the database allows one.
    """
    try:
        with transaction.atomic():
            if as_new_at is None:
                return mail.update(sending_since=None, data_began_at=None) == 1
            return mail.update(sending_since=None, data_began_at=None, tries=0, due_at=as_new_at) == 1
    except IntegrityError:
        return False


def release(mail: OutgoingMailQuerySet) -> None:
    """The same; an email whose place a newer one took is deleted, because that one says all that this one would."""
    if not release_for_retry(mail):
        mail.delete()


def mark_as_sent(mail: OutgoingMail, *, now: datetime) -> bool:
    """Records that an uncertain email left, as its recipient says. Returns False if it is not uncertain."""
    rows = OutgoingMail.objects.uncertain(now=now).filter(pk=mail.pk)
    return rows.update(sent_at=F("data_began_at"), sending_since=None, data_began_at=None) == 1
