"""What lft, rght and level must be, worked out from the parents alone: the truth that trees are checked by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Bounds(NamedTuple):
    lft: int
    rght: int
    level: int


def bounds_from_parents(rows: Iterable[tuple[int, int | None, int]]) -> dict[int, Bounds]:
    """The bounds of every (id, parent id, number) of one branch; siblings stand in the order of their numbers.

    A row that no chain of parents ties to a root of the branch is missing in the answer.
    """
    children: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for key, parent, number in rows:
        children[parent].append((number, key))
    bounds: dict[int, Bounds] = {}
    counter = 0
    open_left: dict[int, int] = {}
    # An explicit stack: a branch may be deeper than Python's own.
    stack = [(key, 0, False) for _, key in sorted(children[None], reverse=True)]
    while stack:
        key, level, is_leaving = stack.pop()
        counter += 1
        if is_leaving:
            bounds[key] = Bounds(open_left[key], counter, level)
            continue
        open_left[key] = counter
        stack.append((key, level, True))
        stack.extend((child, level + 1, False) for _, child in sorted(children[key], reverse=True))
    return bounds
