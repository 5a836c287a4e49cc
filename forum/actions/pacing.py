"""Comments of somebody with a pace limit are counted one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.models import Sanction
from forum.rules.sanctions import pace_of


def take_turn(person: Any, event_id: int, *, now: datetime) -> None:
    """Waits until the same person's other comment is written, and locks the limit itself until this one is: two
    threads at once would each find room for the last one. One statement for who has a limit, else none."""
    if person.is_authenticated and (limit := pace_of(person, event_id, now=now)) is not None:
        list(Sanction.objects.select_for_update(no_key=True).filter(pk=limit.pk).values_list("pk"))
