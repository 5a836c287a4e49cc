"""Decides which notifications are told by email, too, queues the digests that are due, and deletes old records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from forum.kernel.choices import NotificationKind
from forum.kernel.outbox import DIGESTS, Frequency, MailKind
from forum.kernel.transactions import in_one_transaction
from forum.mail.actions import digests
from forum.mail.queries import preferences
from forum.models import MailPreferences, Notification, OutgoingMail

AFTER_COMMENT = timedelta(minutes=1)  # a slip that is corrected or withdrawn at once reaches no mailbox
AT_ONCE = 500  # notifications in one transaction
MOST_BATCHES = 40  # in one round; the rest follows in the next one, and emails leave between the two
NOT_KEPT = (MailKind.COMMENT, MailKind.LIST, *DIGESTS)
KEPT = timedelta(days=60)  # longer than anybody asks whether an email was sent
OF_COMMENTS = (NotificationKind.MENTION, NotificationKind.REPLY, NotificationKind.FOLLOWED)

FIELDS = ("pk", "person_id", "kind", "comment_id", "created_at", "comment__theme__event__holds_mail")


@dataclass(frozen=True, slots=True)
class _Told:
    """A notification that was not looked at yet."""

    key: int
    person_id: int
    kind: str
    comment_id: int
    created_at: datetime
    is_held: bool


def queue_comment_mail(*, now: datetime) -> int:
    """Queues an email for each notification of a comment that its reader wants at once; returns how many.

    For those who want a digest, its time is set. Six statements for a batch. Two servers may do this at the same time:
    the key of an email is unique.
    """
    queued = 0
    for _batch in range(MOST_BATCHES):
        looked_at, made = _queue_batch(now=now)
        queued += made
        if looked_at < AT_ONCE:
            break
    return queued


@in_one_transaction
def _queue_batch(*, now: datetime) -> tuple[int, int]:
    waiting = Notification.objects.filter(queued_at=None, entry=None).order_by("pk")
    found = list(waiting.values_list(*FIELDS, "person__is_active", "person__email")[:AT_ONCE])
    told = [_Told(*row[:6]) for row in found if row[2] in OF_COMMENTS and row[-2] and row[-1]]
    wanted = preferences.of_people({each.person_id for each in told})
    how_soon = [(each, wanted[each.person_id].of(each.kind)) for each in told]
    emails = [_email(each) for each, frequency in how_soon if frequency == Frequency.AT_ONCE]
    OutgoingMail.objects.bulk_create(emails, ignore_conflicts=True)
    for name in DIGESTS:
        people = {each.person_id for each, frequency in how_soon if frequency == name}
        without = {person_id for person_id in people if getattr(wanted[person_id], f"{name}_due_at") is None}
        if without:
            digests.plan(without, name, now=now)
    Notification.objects.filter(pk__in=[row[0] for row in found]).update(queued_at=now)
    return len(found), len(emails)


def comment_key(comment_id: int, person_id: int) -> str:
    """By which a person gets one email of a comment, for whatever reason."""
    return f"comment:{comment_id}:{person_id}"


def _email(told: _Told) -> OutgoingMail:
    return OutgoingMail(
        kind=MailKind.COMMENT,
        key=comment_key(told.comment_id, told.person_id),
        person_id=told.person_id,
        comment_id=told.comment_id,
        due_at=told.created_at + AFTER_COMMENT,
        held_at=told.created_at if told.is_held else None,
    )


def queue_digests(*, now: datetime) -> int:
    """Queues the digests whose time has come; returns how many. Three statements for each name and batch.

    What a digest says is decided when it is sent, and it is sent a little later: what was told before its time was
    cleared here is in it. What is told after that gives the next one its time. Two servers may do this at the same
    time: the key of an email is unique.
    """
    return sum(_queue_digests(name, now=now) for name in DIGESTS)


@in_one_transaction
def _queue_digests(name: str, *, now: datetime) -> int:
    field = f"{name}_due_at"
    due = MailPreferences.objects.filter(Q(**{f"{field}__lte": now})).order_by(field)
    rows = list(due.values_list("person_id", field)[:AT_ONCE])
    emails = [
        OutgoingMail(
            kind=name,
            key=f"{name}:{person_id}:{due_at:%Y-%m-%dT%H:%M}",
            person_id=person_id,
            due_at=now + 2 * digests.SETTLED,
        )
        for person_id, due_at in rows
    ]
    OutgoingMail.objects.bulk_create(emails, ignore_conflicts=True)
    people = [person_id for person_id, _ in rows]
    MailPreferences.objects.filter(Q(**{f"{field}__lte": now}), person__in=people).update(**{field: None})
    return len(rows)


@in_one_transaction
def delete_old_mail(*, now: datetime) -> int:
    """Deletes records of emails that left long ago, some at a time; those of moderators' decisions stay.

    Returns how many. One statement.
    """
    old = OutgoingMail.objects.filter(kind__in=NOT_KEPT, sent_at__lte=now - KEPT).order_by().values("pk")[:AT_ONCE]
    return OutgoingMail.objects.filter(pk__in=old).delete()[0]
