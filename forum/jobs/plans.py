"""Closes and opens what was planned to."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from forum.kernel.isolation import for_each
from forum.models import Theme, Thread
from forum.moderation.actions.plans import carry_out


def carry_out_plans(*, now: datetime) -> int:
    """Locks and unlocks what is due, each in a transaction of its own; returns how many acts that took.

    All that is due, without a limit: those that fail each time must not fill it.
    """
    due = Q(closes_at__lte=now) | Q(opens_at__lte=now)
    places: list[Thread | Theme] = [*Theme.objects.filter(due)]
    places += Thread.objects.filter(due, continued_at=None).order_by("pk")
    return for_each(places, lambda place: carry_out(place, now=now), named=_named)


def _named(place: Thread | Theme) -> str:
    return f"Plan of {place._meta.verbose_name} {place.pk}"
