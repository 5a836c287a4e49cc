"""Changes what somebody is told by email."""

from __future__ import annotations

from forum.kernel.outbox import Frequency
from forum.mail.actions.lists import unsubscribe
from forum.mail.links import Stop
from forum.models import MailPreferences

FIELDS = ("reply", "mention", "followed", "moderation")


def set_frequencies(person_id: int, frequencies: dict[str, Frequency]) -> None:
    """How soon somebody is told of each kind of FIELDS. One statement, two for the first time."""
    MailPreferences.objects.update_or_create(person_id=person_id, defaults=frequencies)


def stop(asked: Stop) -> None:
    """Stops one kind of email; idempotent."""
    if asked.what == "list":
        return unsubscribe(asked.person_id, asked.theme_id)
    MailPreferences.objects.update_or_create(person_id=asked.person_id, defaults={asked.what: Frequency.OFF})
