"""The orders in which the branches of a thread can be read. Inside a branch nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import groupby
from typing import Any

from forum.kernel.choices import Sort

Row = dict[str, Any]


def branches_by(sort: Sort, rows: list[Row], unread: Collection[int]) -> list[Row]:
    """A whole thread, which comes in reading order: the opening, then its branches; `unread` are comments."""
    ranks: dict[Sort, Callable[[list[Row]], Any]] = {
        Sort.ACTIVITY: lambda branch: -max(row["published"] or 0 for row in branch),
        Sort.SUPPORT: lambda branch: -branch[0]["support_total"],
        Sort.UNREAD: lambda branch: all(row["id"] not in unread for row in branch),
    }
    if sort not in ranks or not rows:
        return rows
    branches = [list(branch) for _, branch in groupby(rows[1:], key=_branch_counter())]
    return rows[:1] + [row for branch in sorted(branches, key=ranks[sort]) for row in branch]


def _branch_counter() -> Callable[[Row], int]:
    """Numbers the branches as they pass: each begins with an answer to the opening."""
    passed = 0

    def count(row: Row) -> int:
        nonlocal passed
        passed += row["level"] == 1
        return passed

    return count
