"""What slow mode says beside a box."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Viewer
from forum.dialogue.rules.slow import free_at, minutes_between
from forum.events.queries.formatting import format_time, own_zone, slow_sentence


def slow_line(person: Viewer, theme: Any, thread: Any = None) -> str:
    """How often people can write here, and when this person can again; empty, without a query, where it is off."""
    minutes = minutes_between(theme, thread)
    if not minutes:
        return ""
    free = free_at(person, theme, thread, now=timezone.now())
    if free is None:
        return slow_sentence(minutes)
    whole = free + timedelta(seconds=59)  # a clock without seconds must not promise too much
    time = format_time(whole, own_zone(person, theme.event.timezone))
    return f"{slow_sentence(minutes)} {_('You can post again at %(time)s.') % {'time': time}}"
