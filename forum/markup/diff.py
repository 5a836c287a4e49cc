"""What changed between two texts, word by word, at a cost that no text can drive up.

Paragraphs are compared first, then the words inside those that changed. What was rewritten beyond counting
stands as one removal and one addition, which also reads better than a hundred scattered words.
See docs/decisions for why this is not difflib.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

Kind = Literal["same", "del", "ins", "gap"]

STEPS = 200_000  # comparisons for one pair of texts; some 50 ms
MOST_EDITS = 250  # tokens removed and added in one comparison; beyond that it was rewritten, not edited
SHORT_RUN = 1  # words; so few between two replacements are read more easily as part of them
CONTEXT = 160  # characters of unchanged text shown on either side of a change

# Scripts that are written without spaces between words: each character stands for itself.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = r"""!"#$%&()*+,./:;<=>?@\[\\\]^_`{|}~«»“”„…–—、。，！？；：（）"""
_TOKEN = re.compile(rf"\n+|[^\S\n]+|[{_UNSPACED}]|[{_MARKS}]|[^\s{_UNSPACED}{_MARKS}]+")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the comparison: unchanged, removed, added, or (`gap`) unchanged and left out."""

    kind: Kind
    text: str

    @property
    def shown(self) -> str:
        """The text with its line ends in sight: otherwise one that came or went would be invisible."""
        return self.text.replace("\n", "¶\n")


@dataclass(slots=True)
class _Budget:
    steps: int = STEPS


def compare(before: str, after: str) -> list[Part]:
    """Both texts in one: without what was added it is `before`, without what was removed it is `after`."""
    budget = _Budget()
    changes: list[tuple[str, str]] = []  # (removed, added); the same text in both is unchanged
    for old, new in _blocks(_LINE.findall(before), _LINE.findall(after), budget):
        if old == new or not old or not new:
            changes.append((old, new))
            continue
        changes += _blocks(_TOKEN.findall(old), _TOKEN.findall(new), budget)
    return list(_parts(_readable(changes)))


def shortened(parts: list[Part]) -> list[Part]:
    """The same with long unchanged stretches left out, but for a line before and after each change."""
    last = len(parts) - 1
    if all(part.kind == "same" for part in parts):
        return parts
    return [piece for place, part in enumerate(parts) for piece in _shorter(part, place == 0, place == last)]


def _shorter(part: Part, is_first: bool, is_last: bool) -> list[Part]:
    if part.kind != "same" or len(part.text) <= 3 * CONTEXT:
        return [part]
    head = "" if is_first else part.text[:CONTEXT].rsplit(" ", 1)[0]
    tail = "" if is_last else part.text[-CONTEXT:].split(" ", 1)[-1]
    pieces = Part("same", head), Part("gap", ""), Part("same", tail)
    return [piece for piece in pieces if piece.text or piece.kind == "gap"]


def _parts(changes: list[tuple[str, str]]) -> Iterator[Part]:
    for old, new in changes:
        if old == new:
            yield Part("same", old)
            continue
        if old:
            yield Part("del", old)
        if new:
            yield Part("ins", new)


def _readable(changes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Joins neighbours of one kind, and two replacements with hardly a word unchanged between them."""
    joined: list[tuple[str, str]] = []
    for (old, new), following in zip_longest(changes, changes[1:], fillvalue=("", "")):
        is_same = old == new
        if joined and (is_same == (joined[-1][0] == joined[-1][1]) or _is_slight(old, new, joined[-1], following)):
            joined[-1] = (joined[-1][0] + old, joined[-1][1] + new)
        else:
            joined.append((old, new))
    return joined


def _is_slight(old: str, new: str, before: tuple[str, str], after: tuple[str, str]) -> bool:
    """Whether an unchanged run is too short to stand between two replacements."""
    if old != new or "\n" in old or len(old.split()) > SHORT_RUN:
        return False
    return all(removed != added and len(old) <= min(len(removed), len(added)) for removed, added in (before, after))


def _blocks(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[tuple[str, str]]:
    """Two sequences of tokens as pairs of texts, in order: unchanged ones are equal, changed ones differ."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield from _same(old[:start])
    i, j = start, start
    for run_i, run_j, length in _runs(old[start : len(old) - end], new[start : len(new) - end], budget):
        yield from _changed(old[i : start + run_i], new[j : start + run_j])
        i, j = start + run_i + length, start + run_j + length
        yield from _same(old[i - length : i])
    yield from _changed(old[i : len(old) - end], new[j : len(new) - end])
    yield from _same(old[len(old) - end :])


def _same(tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    if tokens:
        yield "".join(tokens), "".join(tokens)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    if old or new:
        yield "".join(old), "".join(new)


def _runs(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[int, int, int]]:
    """Unchanged runs (place in old, place in new, length) by the greedy algorithm of Myers (1986); none if too costly.

    `furthest[k]` is how far into `old` a path with so many edits gets on the diagonal k = place in old - place in new.
    """
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(MOST_EDITS + 1):
        trail.append(furthest.copy())
        for k in range(-edits, edits + 1, 2):
            goes_down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            i = furthest[k + 1] if goes_down else furthest[k - 1] + 1
            begun = i
            while i < len(old) and 0 <= i - k < len(new) and old[i] == new[i - k]:
                i += 1
            furthest[k] = i
            budget.steps -= 1 + i - begun
            if i >= len(old) and i - k >= len(new):
                return _walk_back(trail, len(old), len(new))
        if budget.steps < 0:
            return []
    return []


def _walk_back(trail: list[dict[int, int]], i: int, j: int) -> list[tuple[int, int, int]]:
    runs = []
    for edits in range(len(trail) - 1, -1, -1):
        furthest, k = trail[edits], i - j
        goes_down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        came_from = k + 1 if goes_down else k - 1
        before_i = furthest[came_from] if edits else 0
        before_j = before_i - came_from if edits else 0
        run_i = (before_i if goes_down else before_i + 1) if edits else 0
        if i > run_i:
            runs.append((run_i, run_i - k, i - run_i))
        i, j = before_i, before_j
    return runs[::-1]
