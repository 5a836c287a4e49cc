"""Large threads in pages: cut by key, at the borders of branches where they can be.

A page begins after a comment, ends before one, or holds one; never at an offset, which would shift whenever
somebody writes above it. Every page leads with the opening and whatever its first comment answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from forum.dialogue.queries import comments
from forum.models import Comment, Thread

PAGE = 200  # comments; some fifteen screens, and a hundred kilobytes on the line
WHOLE = 2_000  # comments that may be asked for on one page


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in its thread: at most one of the three, each a comment's key; or everything.

    `size` is the most comments of a page that begins after a comment, or with the thread; 0 for the usual number.
    """

    after: int = 0
    before: int = 0
    at: int = 0
    whole: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page; `trail` is what the first of them answers, from the opening down."""

    trail: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    has_earlier: bool
    has_later: bool


def address(thread_id: int, comment_id: int, thread_length: int) -> str:
    """A comment's address among the others: in a long thread, of the page that holds it."""
    page = f"?at={comment_id}" if thread_length > PAGE else ""
    return f"/threads/{thread_id}/{page}#comment-{comment_id}"


def page_of(thread: Thread, place: Place) -> Page:
    """A page of a thread's public tree: two queries for the first, at most seven for any.

    Raises Comment.DoesNotExist.
    """
    tree = Comment.objects.filter(thread=thread).in_public_tree()
    if place.whole and thread.comment_count <= WHOLE:
        return Page([], comments.shown_in(thread, tree), has_earlier=False, has_later=False)
    if place.before:
        return _page_before(thread, tree, _key(thread, place.before))
    begins = Q()
    if place.after:
        begins = later_than(*_key(thread, place.after))
    if place.at:
        key = _key(thread, place.at)  # asked in a short thread, too: the comment may stand in another one by now
        begins = _beginning_for(tree, key) if thread.comment_count > PAGE else Q()
    rows = comments.shown_in(thread, tree.filter(begins), limit=(place.size or PAGE) + 1)
    cut = _border(rows, place.size or PAGE)
    return _page(thread, rows[:cut], has_earlier=bool(begins), has_later=cut < len(rows))


def _page(thread: Thread, rows: list[dict[str, Any]], *, has_earlier: bool, has_later: bool) -> Page:
    if not rows or rows[0]["id"] == thread.opening_id:
        return Page([], rows, has_earlier=False, has_later=has_later)
    trail, _ = comments.around(Comment.objects.select_related("thread").get(pk=rows[0]["id"]), with_below=False)
    return Page(trail, rows, has_earlier=has_earlier, has_later=has_later)


def _page_before(thread: Thread, tree: QuerySet[Comment], key: tuple[int, int]) -> Page:
    earlier = tree.filter(_earlier_than(*key)).exclude(pk=thread.opening_id)
    backwards = earlier.order_by("-tree_id", "-lft").values_list("pk", "tree_id", "lft")[: PAGE + 1]
    keys = list(backwards)
    if len(keys) <= PAGE:
        return _page(
            thread, comments.shown_in(thread, tree.filter(_earlier_than(*key))), has_earlier=False, has_later=True
        )
    first = keys[PAGE - 1]
    between = tree.filter(later_than(first[1], first[2] - 1), _earlier_than(*key))
    return _page(thread, comments.shown_in(thread, between), has_earlier=True, has_later=True)


def _key(thread: Thread, comment_id: int) -> tuple[int, int]:
    return Comment.objects.order_by().values_list("tree_id", "lft").get(pk=comment_id, thread=thread)


def _beginning_for(tree: QuerySet[Comment], key: tuple[int, int]) -> Q:
    """A page that holds the comment: from the beginning of its branch, or from itself if that is too far up."""
    tree_id, lft = key
    if _has_at_most(PAGE // 2, tree.filter(_earlier_than(tree_id, lft + 1))):
        return Q()
    is_near = _has_at_most(PAGE // 2 - 1, tree.filter(tree_id=tree_id, lft__lt=lft))
    return later_than(tree_id, 0 if is_near else lft - 1)


def _has_at_most(most: int, comments: Any) -> bool:
    """Looks no further than it must, however many there are."""
    return len(comments.in_reading_order().values_list("pk")[: most + 1]) <= most


def later_than(tree_id: int, lft: int) -> Q:
    """What stands below a place in reading order, within one thread."""
    return Q(tree_id__gt=tree_id) | Q(tree_id=tree_id, lft__gt=lft)


def _earlier_than(tree_id: int, lft: int) -> Q:
    return Q(tree_id__lt=tree_id) | Q(tree_id=tree_id, lft__lt=lft)


def _border(rows: list[dict[str, Any]], size: int) -> int:
    """Where to end a page that is too long: before the last branch that does not fit, if that leaves half of it."""
    if len(rows) <= size:
        return len(rows)
    borders = (place for place in range(size, size // 2, -1) if rows[place]["level"] == 1)
    return next(borders, size)
