"""A thread folded to its branches: the first comment of each, and what stands below it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count

from accounts.models import Viewer
from forum.dialogue.queries import comments, unread
from forum.dialogue.queries.thread_pages import PAGE, later_than
from forum.models import Comment, Thread


def folded(
    person: Viewer, thread: Thread, *, after: int | None = None
) -> tuple[list[tuple[dict[str, Any], int, int]], bool]:
    """The opening and the branches, each with its public replies and those this person has not read; whether there
    are more branches. Seven queries at most, however long the thread; the next page begins `after` a branch.

    Raises Comment.DoesNotExist if `after` is no comment of the thread.
    """
    tree = Comment.objects.filter(thread=thread, level=0).in_public_tree()
    if after is not None:
        key = Comment.objects.order_by().values_list("tree_id", "lft").get(pk=after, thread=thread)
        tree = tree.filter(later_than(*key))
    rows = comments.shown_in(thread, tree, limit=PAGE + 1)
    trees = dict(Comment.objects.filter(pk__in=[row["id"] for row in rows]).order_by().values_list("pk", "tree_id"))
    replies = Comment.objects.filter(tree_id__in=trees.values(), level__gt=0).public().order_by()
    below = dict(replies.values_list("tree_id").annotate(replies=Count("pk")))
    news: Counter[int] = Counter()
    if person.is_authenticated:
        read = unread.read_by(person, thread.theme_id)
        new = replies.exclude(author=person).values_list("tree_id", "published_revision")
        news.update(tree_id for tree_id, published in new if published not in read)
    shown = [(row, below.get(trees[row["id"]], 0), news[trees[row["id"]]]) for row in rows[:PAGE]]
    return shown, len(rows) > PAGE
