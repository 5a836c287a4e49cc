"""Remembers what somebody has read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.actions import notifications
from forum.actions.transactions import in_one_transaction
from forum.models import Reading, Theme
from forum.models.ranges import Ranges


@in_one_transaction
def mark_read(theme: Theme, *, by: Any, numbers: str, now: datetime) -> Ranges:
    """Adds ranges such as "1-40,45" to what a person has read under a theme, and answers with all of it.

    Never takes anything away. Numbers that no comment has been given yet are left out: nobody has read them.
    Raises ValueError if `numbers` are no ranges.
    """
    read = Ranges.parse(numbers)
    newest = Theme.objects.values_list("revision", flat=True).get(pk=theme.pk)
    known = Ranges(((1, newest),) if newest else ())
    row, _ = Reading.objects.select_for_update().get_or_create(person=by, theme=theme, defaults={"updated_at": now})
    ranges = Ranges.parse(row.ranges) | (read & known)
    Reading.objects.filter(pk=row.pk).update(ranges=str(ranges), updated_at=now)
    notifications.see_what_was_read(by, theme, ranges, now=now)
    return ranges
