"""Shown instead of the composer when a sanction prevents somebody from writing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import Viewer
from forum.dialogue.queries import sanctions
from forum.dialogue.rules.sanctions import SANCTION_REASONS, effective_sanction, pace_of
from forum.kernel.reasons import Reason

OF_SANCTIONS = {*SANCTION_REASONS.values(), Reason.PACED}


def sanction_notice(person: Viewer, theme: Any, reason: Reason | None) -> dict[str, Any] | None:
    """The sanction behind a refusal, as its person reads it; None if the reason is another. At most one query."""
    if reason not in OF_SANCTIONS:
        return None
    now = timezone.now()
    limit = pace_of(person, theme.event_id, now=now)
    found = limit if reason is Reason.PACED else effective_sanction(person, theme.event_id, theme.pk, now=now)
    return sanctions.told(found.pk, now=now) if found else None
