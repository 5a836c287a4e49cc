"""Remembers what somebody has read."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import notifications
from forum.kernel.ranges import Ranges
from forum.kernel.transactions import in_one_transaction
from forum.models import Reading, Theme


def carry_over(left: int, to: int, published: list[int], *, first: int) -> None:
    """What was read of comments that change their theme stays read.

    `published` holds their numbers under the theme they have left, in order; `first` is the new number of the
    first of them, and the others follow one by one. Two queries and one statement, however many have read any: the
    themes' rows are locked meanwhile.
    """
    before = Reading.objects.filter(theme=left).values_list("person_id", "ranges", "updated_at")
    moved = {person: (Ranges.parse(read).places_in(published).shifted(first), at) for person, read, at in before}
    moved = {person: (read, at) for person, (read, at) in moved.items() if read.pairs}
    there = Reading.objects.select_for_update().filter(theme=to, person__in=moved).order_by("person")
    known = {row.person_id: Ranges.parse(row.ranges) for row in there}
    rows = [
        Reading(person_id=person, theme_id=to, ranges=str(known.get(person, Ranges()) | read), updated_at=at)
        for person, (read, at) in moved.items()
    ]
    Reading.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "theme"], update_fields=["ranges"]
    )


@in_one_transaction
def mark_read(theme: Theme, *, by: Person, numbers: str, now: datetime) -> Ranges:
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
