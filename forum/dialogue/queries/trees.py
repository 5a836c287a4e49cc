"""What is unsound in the trees and the tombstones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from forum.kernel.choices import Status
from forum.kernel.nesting import Bounds, bounds_from_parents
from forum.models import Comment, Thread

FIELDS = ("id", "parent_id", "number", "tree_id", "lft", "rght", "level", "thread_id", "in_public_tree", "status")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it must be; `thread_id` says whose lock its repair takes."""

    thread_id: int
    sentence: str


def flaws() -> Iterator[Flaw]:
    """Every comment whose bounds do not follow from the parents, or that shows or hides wrongly."""
    openings = set(Thread.objects.values_list("opening_id", flat=True))
    talking = set(Thread.objects.filter(comment_count__gt=0).values_list("id", flat=True))
    rows = Comment.objects.order_by("tree_id", "lft").values(*FIELDS)
    for tree_id, branch in groupby(rows.iterator(), key=lambda row: row["tree_id"]):
        members = list(branch)
        yield from _misplaced(tree_id, members)
        yield from _misshown([row for row in members if row["id"] not in openings])
        yield from _misshown_openings([row for row in members if row["id"] in openings], talking)


def _misplaced(tree_id: int, branch: list[dict[str, Any]]) -> Iterator[Flaw]:
    expected = bounds_from_parents((row["id"], row["parent_id"], row["number"]) for row in branch)
    thread_id = branch[0]["thread_id"]
    roots = sum(row["parent_id"] is None for row in branch)
    if roots != 1:
        yield Flaw(thread_id, f"branch {tree_id} has {roots} roots")
    for row in branch:
        bounds = Bounds(row["lft"], row["rght"], row["level"])
        if row["thread_id"] != thread_id:
            yield Flaw(row["thread_id"], f"comment {row['id']} stands in a branch of thread {thread_id}")
        if row["id"] not in expected:
            yield Flaw(row["thread_id"], f"comment {row['id']} answers a comment outside its branch")
        elif bounds != expected[row["id"]]:
            yield Flaw(row["thread_id"], f"comment {row['id']} has {tuple(bounds)}, not {tuple(expected[row['id']])}")


def _misshown(branch: list[dict[str, Any]]) -> Iterator[Flaw]:
    parent_of = {row["id"]: row["parent_id"] for row in branch}
    has_public_below: set[int] = set()
    for row in branch:
        above = row["parent_id"] if row["status"] == Status.PUBLISHED else None
        while above is not None and above not in has_public_below:
            has_public_below.add(above)
            above = parent_of.get(above)
    for row in branch:
        yield from _unless(row, row["status"] == Status.PUBLISHED or row["id"] in has_public_below)


def _misshown_openings(openings: list[dict[str, Any]], talking: set[int]) -> Iterator[Flaw]:
    for row in openings:
        yield from _unless(row, row["status"] == Status.PUBLISHED or row["thread_id"] in talking)


def _unless(row: dict[str, Any], in_public_tree: bool) -> Iterator[Flaw]:
    if row["in_public_tree"] != in_public_tree:
        state = "hidden" if in_public_tree else "shown"
        yield Flaw(row["thread_id"], f"comment {row['id']} is {state} and should not be")
