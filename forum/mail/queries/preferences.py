"""What somebody wants to be told by email."""

from __future__ import annotations

from accounts.models import Person
from forum.kernel.outbox import Frequency
from forum.models import MailPreferences


def of_person(person_id: int) -> MailPreferences:
    """Theirs, or the defaults, unsaved. One query."""
    return MailPreferences.objects.filter(person=person_id).first() or MailPreferences(person_id=person_id)


def of_people(person_ids: set[int]) -> dict[int, MailPreferences]:
    """The same for many. One query."""
    stored = {each.person_id: each for each in MailPreferences.objects.filter(person__in=person_ids)}
    return {person_id: stored.get(person_id) or MailPreferences(person_id=person_id) for person_id in person_ids}


def wants_notices(person_id: int) -> Frequency:
    """How soon this person is told of decisions about their comments. One query."""
    return Frequency(of_person(person_id).moderation)


def find_person(person_id: int) -> Person | None:
    """Whose settings a signed link opens, as long as they can be reached. One query."""
    return Person.objects.filter(pk=person_id, is_active=True).exclude(email=None).first()
