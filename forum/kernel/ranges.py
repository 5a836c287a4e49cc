"""Sets of numbers that mostly stand side by side, kept as ranges: what somebody has read, in a few bytes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranges:
    """An immutable set of whole numbers above 0, as (first, last) pairs in order with gaps between them."""

    pairs: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Ranges:
        """Reads "1-40,45". Raises ValueError for anything else."""
        pairs = []
        for part in filter(None, text.split(",")):
            first, _, last = part.partition("-")
            if not (first.isdecimal() and (last or first).isdecimal()):
                raise ValueError(f"{part!r} is no range of numbers")
            pairs.append((int(first), int(last or first)))
        if any(not 0 < first <= last < 2**53 for first, last in pairs):
            raise ValueError("these are no ranges of numbers above 0")
        return cls._joined(pairs)

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Ranges:
        return cls._joined((number, number) for number in numbers)

    @classmethod
    def _joined(cls, pairs: Iterable[tuple[int, int]]) -> Ranges:
        joined: list[tuple[int, int]] = []
        for first, last in sorted(pairs):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    def __str__(self) -> str:
        return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in self.pairs)

    def __or__(self, other: Ranges) -> Ranges:
        return self._joined(self.pairs + other.pairs)

    def __and__(self, other: Ranges) -> Ranges:
        shared = [(max(a, c), min(b, d)) for a, b in self.pairs for c, d in other.pairs]
        return self._joined((first, last) for first, last in shared if first <= last)

    def __sub__(self, other: Ranges) -> Ranges:
        """What is in this set and not in the other, in one pass over both."""
        left: list[tuple[int, int]] = []
        taken, at = other.pairs, 0
        for first, last in self.pairs:
            while at < len(taken) and taken[at][1] < first:
                at += 1
            place = at
            while place < len(taken) and taken[place][0] <= last:
                if taken[place][0] > first:
                    left.append((first, taken[place][0] - 1))
                first = taken[place][1] + 1
                place += 1
            if first <= last:
                left.append((first, last))
        return Ranges(tuple(left))

    def places_in(self, numbers: list[int]) -> Ranges:
        """Which of some numbers in order are in this set, as their places among them, from 0 on."""
        ends = ((bisect_left(numbers, first), bisect_right(numbers, last) - 1) for first, last in self.pairs)
        return self._joined((first, last) for first, last in ends if first <= last)

    def shifted(self, by: int) -> Ranges:
        return Ranges(tuple((first + by, last + by) for first, last in self.pairs))

    def __len__(self) -> int:
        """How many numbers it holds."""
        return sum(last - first + 1 for first, last in self.pairs)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self.pairs, (number, float("inf"))) - 1
        return place >= 0 and number <= self.pairs[place][1]

    def gaps(self) -> Iterator[tuple[int, int | None]]:
        """What is missing, from 1 on; the last gap has no end."""
        missing = 1
        for first, last in self.pairs:
            if first > missing:
                yield missing, first - 1
            missing = last + 1
        yield missing, None
