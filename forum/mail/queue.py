"""Decides which notifications are told by email, too, and when the next digests are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from forum.kernel.choices import NotificationKind
from forum.kernel.outbox import Frequency, MailKind
from forum.kernel.transactions import in_one_transaction
from forum.mail.queries import preferences
from forum.mail.schedule import next_digest
from forum.models import MailPreferences, Notification, OutgoingMail

AFTER_COMMENT = timedelta(minutes=1)  # a slip that is corrected or withdrawn at once reaches no mailbox
AT_ONCE = 500  # notifications in one transaction
MOST_BATCHES = 40  # in one round; the rest follows in the next one, and emails leave between the two
OF_COMMENTS = (NotificationKind.MENTION, NotificationKind.REPLY, NotificationKind.FOLLOWED)

FIELDS = (
    "pk", "person_id", "kind", "comment_id", "created_at", "comment__theme__event__holds_mail", "person__time_zone",
    "comment__theme__event__timezone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """A notification that was not looked at yet."""

    key: int
    person_id: int
    kind: str
    comment_id: int
    created_at: datetime
    is_held: bool
    own_zone: str
    event_zone: str


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
    told = [_Told(*row[:8]) for row in found if row[2] in OF_COMMENTS and row[-2] and row[-1]]
    wanted = preferences.of_people({each.person_id for each in told})
    how_soon = [(each, wanted[each.person_id].of(each.kind)) for each in told]
    emails = [_email(each) for each, frequency in how_soon if frequency == Frequency.AT_ONCE]
    OutgoingMail.objects.bulk_create(emails, ignore_conflicts=True)
    _set_digests([each for each, frequency in how_soon if frequency == Frequency.DAILY], wanted, "daily", now)
    _set_digests([each for each, frequency in how_soon if frequency == Frequency.WEEKLY], wanted, "weekly", now)
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


def _set_digests(told: Iterable[_Told], wanted: dict[int, MailPreferences], name: str, now: datetime) -> None:
    """Gives those whose next digest has no time one."""
    field = f"{name}_due_at"
    zones = {
        each.person_id: each.own_zone or each.event_zone
        for each in told
        if getattr(wanted[each.person_id], field) is None
    }
    if not zones:
        return
    MailPreferences.objects.bulk_create(
        [MailPreferences(person_id=person_id) for person_id in zones if not wanted[person_id].pk],
        ignore_conflicts=True,
    )
    by_time: dict[datetime, list[int]] = {}
    for person_id, zone in zones.items():
        by_time.setdefault(next_digest(name, zone, now=now), []).append(person_id)
    for due_at, people in by_time.items():
        MailPreferences.objects.filter(Q(**{field: None}), person__in=people).update(**{field: due_at})
