"""What organisers do with emails that have not left: hold them, let them go, or drop them."""

from __future__ import annotations

from datetime import datetime

from forum.dialogue.models.outgoing_mail import OutgoingMailQuerySet
from forum.models import Event


def hold_new_emails(event: Event, *, on: bool) -> None:
    """From now on emails about new comments of the event wait until an organiser lets them go, or leave by themselves.
    What is waiting already stays as it is."""
    Event.objects.filter(pk=event.pk).update(holds_mail=on)


def hold(emails: OutgoingMailQuerySet, *, now: datetime) -> int:
    return emails.filter(held_at=None).update(held_at=now)


def release(emails: OutgoingMailQuerySet) -> int:
    return emails.exclude(held_at=None).update(held_at=None)


def drop(emails: OutgoingMailQuerySet) -> int:
    """Deletes them: what they would tell stays among the notifications, and in digests."""
    return emails.delete()[0]
