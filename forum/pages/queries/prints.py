"""A theme in the order in which it is printed, in parts that are not too much for one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forum.dialogue.queries import comments, threads
from forum.dialogue.queries.thread_pages import later_than
from forum.kernel.indents import settled
from forum.models import Comment, Thread

PART = 300  # comments: some sixty sheets of paper

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a part begins: with a thread, behind one of its comments. 0: at the beginning."""

    thread: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Threads with those of their comments that stand in this part, and where the next one begins."""

    threads: list[tuple[dict[str, Any], Rows]]
    next: Start | None


def contents(theme_id: int) -> Rows:
    """The public threads of a theme with their heads, the oldest first. One query, and one if any has a summary."""
    return threads.heads(Thread.objects.public().filter(theme_id=theme_id).order_by("opening__number"))


def part(contents: Rows, start: Start) -> Part:
    """At most PART comments, from `start` on. One query for each thread; raises ObjectDoesNotExist."""
    ids = [thread["id"] for thread in contents]
    if start.thread and start.thread not in ids:
        raise Thread.DoesNotExist
    made: list[tuple[dict[str, Any], Rows]] = []
    left, after = PART, start.after
    for thread in contents[ids.index(start.thread) if start.thread else 0 :]:
        if not left:
            return Part(made, Start(thread["id"]))
        rows = _texts(thread["id"], after, limit=left + 1)
        made.append((thread, settled(rows[:left])))
        if len(rows) > left:
            return Part(made, Start(thread["id"], rows[left - 1]["id"]))
        left, after = left - len(rows), 0
    return Part(made, None)


def _texts(thread_id: int, after: int, *, limit: int) -> Rows:
    """A thread's public tree from top to bottom, behind one of its comments. One query, two with a comment."""
    tree = Comment.objects.filter(thread=thread_id).in_public_tree()
    if after:
        keys = Comment.objects.order_by().values_list("tree_id", "lft")
        tree = tree.filter(later_than(*keys.get(pk=after, thread=thread_id)))
    return comments.shown(tree, limit=limit)
