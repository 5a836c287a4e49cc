"""Closes and opens what was planned to."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from forum.actions.plans import carry_out
from forum.models import Theme, Thread

AT_ONCE = 100  # threads in one round


def carry_out_plans(*, now: datetime) -> int:
    """Locks and unlocks what is due, each in a transaction of its own; returns how many acts that took."""
    due = Q(closes_at__lte=now) | Q(opens_at__lte=now)
    places: list[Thread | Theme] = [*Theme.objects.filter(due)]
    places += Thread.objects.filter(due, continued_at=None).order_by("pk")[:AT_ONCE]
    return sum(carry_out(place, now=now) for place in places)
