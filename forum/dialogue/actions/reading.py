"""Remembers what somebody has read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import notifications
from forum.dialogue.models.spans import count_others, spans_of
from forum.kernel.ranges import Ranges
from forum.kernel.transactions import in_one_transaction
from forum.models import Reading, Theme


@dataclass(frozen=True, slots=True)
class Moved:
    """Comments that change their theme, in the order of their numbers under the one they leave.

    `places_of` holds the places in that order for each author. `first` is the new number of the first of them; the
    others follow one by one.
    """

    published: list[int]
    places_of: dict[int, list[int]]
    first: int

    def read_by(self, person_id: int, ranges: Ranges) -> tuple[Ranges, int]:
        """The new numbers of those that somebody has read, and how many of those are by others."""
        places = ranges.places_in(self.published)
        own = sum(place in places for place in self.places_of.get(person_id, ()))
        return places.shifted(self.first), len(places) - own


def carry_over(left: int, to: int, moved: Moved) -> None:
    """What was read of comments that change their theme stays read, and is counted where they are now.

    One query, and one statement for some hundreds of readers: the themes' rows are locked meanwhile.
    """
    known: dict[int, dict[int, Reading]] = {left: {}, to: {}}
    for row in Reading.objects.select_for_update().filter(theme__in=known).order_by("person", "theme"):
        known[row.theme_id][row.person_id] = row
    changed: list[Reading] = []
    for person_id, before in known[left].items():
        read, others = moved.read_by(person_id, Ranges.parse(before.ranges))
        if not read.pairs:
            continue
        there = known[to].get(person_id)
        if there is None:
            there = Reading(person_id=person_id, theme_id=to, updated_at=before.updated_at, others_count=0)
        there.ranges = str(Ranges.parse(there.ranges) | read)
        for row, step in ((before, -others), (there, others)):
            known_count = -1 if row.others_count is None else row.others_count + step
            row.others_count = known_count if known_count >= 0 else None  # then it is counted anew
        changed += [before, there]
    rows = [
        Reading(person_id=row.person_id, theme_id=row.theme_id, ranges=row.ranges, others_count=row.others_count,
                updated_at=row.updated_at)
        for row in changed
    ]  # fmt: skip
    Reading.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "theme"], update_fields=["ranges", "others_count"]
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
    rows = Reading.objects.select_for_update()
    row, is_new = rows.get_or_create(person=by, theme=theme, defaults={"updated_at": now})
    before = Ranges.parse(row.ranges)
    ranges = before | (read & known)
    count = None if is_new else _others_in(row, ranges, ranges - before)
    Reading.objects.filter(pk=row.pk).update(ranges=str(ranges), others_count=count, updated_at=now)
    notifications.see_what_was_read(by, theme, ranges, now=now)
    return ranges


def _others_in(row: Reading, ranges: Ranges, added: Ranges) -> int:
    """How many comments by others the ranges of this locked row hold, of which some were added now.

    Only a row that others can see is counted: `carry_over` waits for it, and takes away what leaves the theme.
    """
    if row.others_count is None:
        return count_others(row.person_id, spans_of(row.theme_id, ranges)).get(row.theme_id, 0)
    if not added.pairs:
        return row.others_count
    return row.others_count + count_others(row.person_id, spans_of(row.theme_id, added)).get(row.theme_id, 0)
