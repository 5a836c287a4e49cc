"""Order among comments that name their parents: no circles, parents before children."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def closes_circle(child: str, parent: str, parent_of: Mapping[str, str | None]) -> bool:
    """Whether `child`, put under `parent`, would become its own ancestor."""
    return child in _line_of(parent, parent_of)


def opening_of(origin: str, parent_of: Mapping[str, str | None]) -> str:
    """The opening of the thread this comment stands in. The tree must be free of circles."""
    *_, opening = _line_of(origin, parent_of)
    return opening


def in_tree_order(parent_of: Mapping[str, str | None], rank: Callable[[str], Any]) -> Iterator[str]:
    """Every origin once, each right after its parent's line, siblings (and openings) by rank."""
    children: dict[str | None, list[str]] = defaultdict(list)
    for origin, parent in parent_of.items():
        children[parent].append(origin)
    waiting = _last_first(children[None], rank)
    while waiting:
        origin = waiting.pop()
        yield origin
        waiting += _last_first(children.get(origin, ()), rank)


def _last_first(origins: Iterable[str], rank: Callable[[str], Any]) -> list[str]:
    return sorted(origins, key=rank, reverse=True)


def _line_of(origin: str, parent_of: Mapping[str, str | None]) -> Iterator[str]:
    current: str | None = origin
    while current is not None:
        yield current
        current = parent_of.get(current)
