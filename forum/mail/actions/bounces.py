"""What follows when emails come back: no more leave to that address until its owner says that it works again."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Person
from forum.kernel.transactions import in_one_transaction
from forum.models import Bounce

MOST_SOFT = 3  # emails that came back for the moment; a full mailbox that nobody empties is given up, too
SOFT_WITHIN = timedelta(days=14)
KEPT = timedelta(days=90)  # for the figures of organisers


@in_one_transaction
def note_bounce(person_id: int, *, is_hard: bool, said: str, now: datetime) -> bool:
    """Records that an email came back; returns whether emails to this person's address stop by it."""
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).exclude(email=None).first()
    if person is None:
        return False
    Bounce.objects.create(person=person, is_hard=is_hard, at=now)
    recent = Bounce.objects.filter(person=person, at__gt=now - SOFT_WITHIN)
    if not is_hard and recent.count() < MOST_SOFT:
        return False
    Person.objects.filter(pk=person_id).update(unreachable_email=person.email, unreachable_reason=said)
    return True


@in_one_transaction
def resume(person: Person) -> None:
    """Emails leave again; idempotent."""
    Person.objects.filter(pk=person.pk).update(unreachable_email=None, unreachable_reason="")
    Bounce.objects.filter(person=person).delete()


def forget_old_bounces(*, now: datetime) -> int:
    return Bounce.objects.filter(at__lt=now - KEPT).delete()[0]
