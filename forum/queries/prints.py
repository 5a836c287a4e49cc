"""A whole theme in the order in which it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forum.models import Comment, Thread
from forum.queries import comments, threads
from forum.queries.indents import settled
from forum.queries.pages import later_than

BATCH = 500  # comments held in memory at once, whatever the theme holds


def contents(theme_id: int) -> list[dict[str, Any]]:
    """The public threads of a theme with their heads, the oldest first. One query, and one if any has a summary."""
    return threads.heads(Thread.objects.public().filter(theme_id=theme_id).order_by("opening__number"))


def texts(thread_id: int) -> Iterator[list[dict[str, Any]]]:
    """A thread's public tree from top to bottom, a few hundred comments at a time, cut by key. One query each."""
    tree = Comment.objects.filter(thread=thread_id).in_public_tree().in_reading_order()
    after: tuple[int, int] | None = None
    while True:
        rows = settled(comments.shown(tree if after is None else tree.filter(later_than(*after)), limit=BATCH))
        if not rows:
            return
        yield rows
        if len(rows) < BATCH:
            return
        after = Comment.objects.order_by().values_list("tree_id", "lft").get(pk=rows[-1]["id"])
