"""What is asked of who writes, before the lock and under it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Viewer
from forum.dialogue.rules.sanctions import effective_sanctions_of, pace_of
from forum.models import Sanction


def prefetch_writer_state(person: Viewer, *, now: datetime) -> None:
    """Loads whether a person's address is confirmed, and their sanctions, so that it is not done under the lock.

    At most two queries.
    """
    if person.is_authenticated:
        _ = person.is_verified
        effective_sanctions_of(person, now=now)


def lock_rate_limit(person: Viewer, event_id: int, *, now: datetime) -> None:
    """Waits until the same person's other comment is written, and locks the limit itself until this one is: two
    threads at once would each find room for the last one. One statement for who has a limit, else none."""
    if person.is_authenticated and (limit := pace_of(person, event_id, now=now)) is not None:
        list(Sanction.objects.select_for_update(no_key=True).filter(pk=limit.pk).values_list("pk"))
