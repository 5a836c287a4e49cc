"""How many new comments get their places, numbers and first versions at once.

What they leave is what `insert_comment` leaves when it is called for each in turn: the same numbers, revisions, bounds
and counts. Only the stamps of the revisions in between are missing, which no reader is ever told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from accounts.models import logged_in
from forum.dialogue.actions import indexing
from forum.dialogue.actions.create import NOTE, NOTED, NewComment, first_version
from forum.dialogue.actions.day_counts import count_new_in_days
from forum.dialogue.actions.locking import allocate_keys, bump_revision, lock_threads_of
from forum.dialogue.actions.placing import place
from forum.dialogue.actions.status import tells_waiting
from forum.kernel.batches import insert_all
from forum.kernel.choices import Status
from forum.models import Comment, Theme, Thread

CHANGE = "UPDATE forum_comment SET in_public_tree = %s, revision = %s WHERE id = %s"


@dataclass(eq=False, frozen=True, slots=True)
class Arrival:
    """A new comment among others that come with it.

    `parent` is what it answers: one that comes before it, or the key of a comment that is here already; it stands in
    the same thread. Without a parent it opens a thread of this title in its theme.
    """

    new: NewComment
    theme_id: int
    parent: Arrival | int | None = None
    title: str = ""


@dataclass(eq=False, slots=True)
class _Planned:
    """What becomes of an arrival: its comment, what that answers, and what it takes from the theme's row."""

    comment: Comment
    answered: Comment | None
    is_told: bool
    makes_thread_public: bool


def insert_comments(arrivals: Sequence[Arrival]) -> list[Comment]:
    """Writes comments in the order given, each as the last answer to its parent.

    Some fifteen statements, and one for each day on which something was written. Locks the threads of those parents
    that are here, in the order of their keys, and the themes last. A public comment is found by its `document`. Raises
    MovedMeanwhile.
    """
    here = lock_threads_of({each.parent for each in arrivals if isinstance(each.parent, int)})
    hidden = _hidden(here.values())
    plan = _plan(arrivals, here)
    _number(plan)
    new = [each.comment for each in plan]
    # In this order: what waits gets another revision where it is shown as a tombstone.
    changed = (_touch_answered(plan) | _show_above(plan, here, hidden)) - set(new)
    place(new)
    insert_all(new)
    insert_all([comment.current_version for comment in new])
    count_new_in_days(new)
    pairs = zip(new, arrivals, strict=True)
    indexing.store_together([(comment, each.new.document or {}) for comment, each in pairs if comment.is_public])
    threads = {comment.thread_id: comment.thread for comment in new}
    with connection.cursor() as cursor:
        notes = ({name: getattr(thread, name) for name in NOTED} | {"thread": key} for key, thread in threads.items())
        cursor.executemany(NOTE, list(notes))
        if changed:
            cursor.executemany(CHANGE, [(each.in_public_tree, each.revision, each.pk) for each in changed])
    return new


def _plan(arrivals: Sequence[Arrival], here: dict[int, Comment]) -> list[_Planned]:
    """A comment for each, with its thread, which notes it; without numbers."""
    opened = _open_threads([each for each in arrivals if each.parent is None])
    planned: dict[Arrival, _Planned] = {}
    for arrival, keys in zip(arrivals, allocate_keys(len(arrivals)), strict=True):
        match arrival.parent:
            case Arrival():
                answered: Comment | None = planned[arrival.parent].comment
            case int():
                answered = here[arrival.parent]
            case None:
                answered = None
        thread = opened[arrival] if answered is None else answered.thread
        planned[arrival] = _plan_one(arrival.new, thread, answered, keys)
    return list(planned.values())


def _open_threads(openings: Sequence[Arrival]) -> dict[Arrival, Thread]:
    if not openings:
        return {}
    themes = Theme.objects.select_related("event").in_bulk({each.theme_id for each in openings})
    threads = [
        Thread(theme=themes[each.theme_id], title=each.title, created_at=each.new.written_at) for each in openings
    ]
    Thread.objects.bulk_create(threads)
    return dict(zip(openings, threads, strict=True))


def _plan_one(new: NewComment, thread: Thread, answered: Comment | None, keys: tuple[int, int]) -> _Planned:
    is_public = new.status == Status.PUBLISHED
    comment = Comment(
        pk=keys[0],
        thread=thread,
        theme_id=thread.theme_id,
        parent=None if answered is None or answered.pk == thread.opening_id else answered,
        author=logged_in(new.author),
        status=new.status,
        in_public_tree=is_public,
        created_at=new.written_at,
        published_at=new.written_at if is_public else None,
        key=new.key,
        origin=new.origin,
    )
    comment.version = first_version(new, comment, pk=keys[1])
    makes_thread_public = is_public and thread.comment_count == 0
    if answered is None:
        thread.opening_id = comment.pk
    if is_public:
        thread.comment_count += 1
        thread.last_comment_id = comment.pk
    is_told = is_public or (answered is not None and tells_waiting(thread, comment.status))
    return _Planned(comment, answered, is_told, makes_thread_public)


def _number(plan: Iterable[_Planned]) -> None:
    """Gives each comment its number and its revision. Locks the themes until the transaction ends."""
    by_theme: defaultdict[int, list[_Planned]] = defaultdict(list)
    for each in plan:
        by_theme[each.comment.theme_id].append(each)
    for theme_id, group in sorted(by_theme.items()):
        told = sum(each.is_told for each in group)
        taken = bump_revision(
            theme_id,
            comments=sum(each.comment.is_public for each in group),
            threads=sum(each.makes_thread_public for each in group),
            revisions=told,
            numbers=len(group),
        )
        revision = taken.revision - told
        for number, each in enumerate(group, taken.number - len(group) + 1):
            revision += each.is_told
            comment = each.comment
            comment.number, comment.revision = number, revision
            comment.published_revision = revision if comment.is_public else None
            if each.is_told:
                comment.thread.revision = revision


def _hidden(parents: Iterable[Comment]) -> dict[int, Comment]:
    """Those comments in the branches of these, and those openings of their threads, that are gone without a trace."""
    parents = {comment.pk: comment for comment in parents}
    if not parents:
        return {}
    openings = Q(pk__in={comment.thread.opening_id for comment in parents.values()})
    branches = Q(tree_id__in={comment.tree_id for comment in parents.values()})
    found = Comment.objects.filter(openings | branches, in_public_tree=False).order_by()
    return {comment.pk: parents.get(comment.pk, comment) for comment in found}


def _show_above(plan: Sequence[_Planned], here: dict[int, Comment], hidden: dict[int, Comment]) -> set[Comment]:
    """Shows what is gone above a public comment, as a tombstone, with the first of these."""
    shown: set[Comment] = set()
    openings = hidden | {each.comment.pk: each.comment for each in plan if each.answered is None}
    seen: set[int] = set()
    for comment in (each.comment for each in plan if each.comment.is_public):
        above = [openings[key]] if (key := comment.thread.opening_id) in openings else []
        parent = comment.parent
        while parent is not None and parent.pk not in seen:
            seen.add(parent.pk)
            above.append(parent)
            if parent.pk in here:
                above += (each for each in hidden.values() if _stands_above(each, parent))
                break
            parent = parent.parent
        for each in above:
            if not each.in_public_tree:
                each.in_public_tree, each.revision = True, comment.revision
                shown.add(each)
    return shown


def _stands_above(one: Comment, other: Comment) -> bool:
    return one.tree_id == other.tree_id and one.lft < other.lft and one.rght > other.rght


def _touch_answered(plan: Sequence[_Planned]) -> set[Comment]:
    """The public comments that say how many answers to them wait: from here on, another number."""
    touched: set[Comment] = set()
    for each in plan:
        if each.is_told and not each.comment.is_public and each.answered is not None and each.answered.is_public:
            each.answered.revision = each.comment.revision
            touched.add(each.answered)
    return touched
