"""Getting every comment of a theme by email, and stopping."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.models import ListSubscription, Theme


def subscribe(person: Person, theme: Theme, *, sends_own: bool, now: datetime) -> None:
    """From the next comment on. For a subscriber it changes only whether their own comments are sent, too."""
    ListSubscription.objects.update_or_create(
        person=person,
        theme=theme,
        defaults={"sends_own": sends_own},
        create_defaults={"sends_own": sends_own, "revision": theme.revision, "since": now},
    )


def unsubscribe(person_id: int, theme_id: int) -> None:
    """Idempotent."""
    ListSubscription.objects.filter(person=person_id, theme=theme_id).delete()
