"""Giving conversations another place: a branch its own thread, a thread another theme, two threads one.

Inside a theme everything keeps its number, and what was read stays read. Whole branches are moved by one statement
each: their bounds are shifted or given another tree, never worked out anew. What comes from another theme takes new
numbers there, in the old order, and leaves its old ones behind as addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from accounts.models import Person
from forum.dialogue.actions import indexing, log
from forum.dialogue.actions.day_counts import carry_day_counts
from forum.dialogue.actions.locking import bump_revision, lock_thread_row, lock_thread_rows, lock_with_thread
from forum.dialogue.actions.reading import Moved, carry_over
from forum.dialogue.actions.status import update_tombstones
from forum.dialogue.models.comment import branch_id
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel import realtime
from forum.kernel.choices import Act
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, Draft, Follow, LogEntry, Theme, Thread, ThreadMove
from forum.moderation.actions.decisions import TargetDecision, idempotent
from forum.moderation.rules.moving import why_not_merge, why_not_move, why_not_split

# Every answer to a comment becomes a branch of its own, with all that is below it.
BRANCHES_OF_ANSWERS = """
    UPDATE forum_comment SET thread_id = %(thread)s, revision = %(revision)s, tree_id = %(base)s + root.number,
        lft = forum_comment.lft - root.lft + 1, rght = forum_comment.rght - root.lft + 1,
        level = forum_comment.level - root.level,
        parent_id = CASE WHEN forum_comment.id = root.id THEN NULL ELSE forum_comment.parent_id END
    FROM forum_comment AS root
    WHERE root.parent_id = %(comment)s AND forum_comment.tree_id = root.tree_id
        AND forum_comment.lft BETWEEN root.lft AND root.rght"""
# What stood behind a comment that has left its branch moves up.
CLOSE_GAP = """
    UPDATE forum_comment SET lft = CASE WHEN lft > %(rght)s THEN lft - %(width)s ELSE lft END, rght = rght - %(width)s
    WHERE tree_id = %(tree)s AND rght > %(rght)s"""
# Every branch of a thread becomes an answer to its opening, one after the other in the order of their numbers.
ANSWERS_OF_BRANCHES = """
    UPDATE forum_comment SET thread_id = %(thread)s, revision = %(revision)s, tree_id = %(tree)s,
        lft = forum_comment.lft + root.shift, rght = forum_comment.rght + root.shift, level = forum_comment.level + 1,
        parent_id = CASE WHEN forum_comment.id = root.id THEN %(opening)s ELSE forum_comment.parent_id END
    FROM (
        SELECT id, tree_id AS branch, 1 + COALESCE(SUM(rght) OVER (
            ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS shift
        FROM forum_comment WHERE thread_id = %(from)s AND parent_id IS NULL AND id <> %(opening)s
    ) AS root
    WHERE forum_comment.tree_id = root.branch"""
LEAVE_NUMBERS = """
    INSERT INTO forum_oldnumber (theme_id, number, comment_id)
    SELECT theme_id, number, id FROM forum_comment WHERE thread_id = %(thread)s"""
# A branch is called after the number of its root, which its lowest bound tells. One statement: each row that changes
# is written into every index anew.
TAKE_NUMBERS = """
    UPDATE forum_comment SET theme_id = %(theme)s, revision = %(revision)s, number = %(number)s + place.nth,
        tree_id = %(base)s + %(number)s + place.root_nth,
        published_revision = CASE WHEN place.is_new = 0 THEN %(published)s + place.nth_published END
    FROM (
        SELECT id, nth, first_value(nth) OVER (PARTITION BY tree_id ORDER BY lft) AS root_nth, is_new,
            row_number() OVER (ORDER BY is_new, published_revision) AS nth_published
        FROM (
            SELECT id, tree_id, lft, published_revision, row_number() OVER (ORDER BY number) AS nth,
                CASE WHEN published_revision IS NULL THEN 1 ELSE 0 END AS is_new
            FROM forum_comment WHERE thread_id = %(thread)s
        ) AS counted
    ) AS place
    WHERE forum_comment.id = place.id"""


@idempotent
@in_one_transaction
def split_branch(
    comment: Comment,
    *,
    by: Person,
    title: str,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Makes a comment the opening of a thread of its own, with everything that answers it; the entry names it.

    Raises Refused.
    """
    thread, fresh = lock_with_thread(comment.pk)
    decision = TargetDecision(Act.SPLIT, by, reason, article, seen)
    is_done = fresh.pk == thread.opening_id and title == thread.title
    decision.ensure_current(fresh, why_not_split(by, fresh, thread), is_done=is_done)
    moving = Comment.objects.below(fresh) | Comment.objects.filter(pk=fresh.pk)
    count = moving.public().order_by().count()
    above = list(Comment.objects.above(fresh).gone().order_by().values_list("pk", flat=True))
    was_branch_of = fresh.tree_id
    after = Thread.objects.create(theme=thread.theme, title=title, created_at=now)
    step = 1 - int(thread.comment_count == count)
    revision = bump_revision(thread.theme_id, threads=step).revision
    base = branch_id(thread.theme_id, 0)
    place = {"thread": after.pk, "revision": revision, "base": base, "comment": fresh.pk}
    _run(BRANCHES_OF_ANSWERS, place)
    Comment.objects.filter(pk=fresh.pk).order_by().update(
        thread=after, revision=revision, tree_id=base + fresh.number, lft=1, rght=2, level=0, parent=None
    )
    if fresh.parent_id is not None:
        _run(CLOSE_GAP, {"tree": was_branch_of, "rght": fresh.rght, "width": fresh.rght - fresh.lft + 1})
    after.opening_id = fresh.pk
    _settle(after, count, revision)
    _settle(thread, thread.comment_count - count, revision)
    update_tombstones([*above, thread.opening_id], thread, revision)
    indexing.renew([fresh.pk])
    _follow_too(after, thread, was_branch_of, fresh)
    realtime.theme_changed(thread.theme_id, revision)
    return log.record(Act.SPLIT, after, by=by, reason=reason, now=now, article=article, comment=fresh)


@in_one_transaction
def merge_thread(
    thread: Thread,
    *,
    into: Thread,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> Comment:
    """Makes a thread's opening a branch of another thread, with everything that answers it; returns that opening.

    A thread of another theme takes its numbers in the theme of the other first. Raises Refused.
    """
    target, source = lock_thread_rows([into.pk, thread.pk])
    decision = TargetDecision(Act.MERGE, by, reason, article, seen)
    decision.ensure_current(source, why_not_merge(by, source, target), is_done=False)
    opening = Comment.objects.get(pk=source.opening_id)
    if source.theme_id != target.theme_id:
        _change_theme(source, target.theme)
        opening.refresh_from_db()
    count = source.comment_count
    revision = bump_revision(source.theme_id, threads=-int(count > 0)).revision
    size = Comment.objects.filter(thread=source, parent=None).order_by().aggregate(all=Sum("rght"))["all"]
    branches = [*Comment.objects.filter(thread=source, parent=None).order_by().values_list("pk", flat=True)]
    place = {"thread": target.pk, "from": source.pk, "revision": revision, "tree": opening.tree_id}
    _run(ANSWERS_OF_BRANCHES, place | {"opening": opening.pk})
    rows = Comment.objects.filter(pk=opening.pk).order_by()
    rows.update(thread=target, revision=revision, lft=1, rght=size)
    source.opening, source.continued_at = None, opening
    _settle(source, 0, revision)
    _settle(target, target.comment_count + count, revision)
    update_tombstones([target.opening_id], target, revision)
    indexing.renew([opening.pk])
    _follow_instead(source, branches, opening)
    log.record(Act.MERGE, target, by=by, reason=reason, now=now, article=article, comment=opening)
    realtime.theme_changed(target.theme_id, revision)
    return opening


@idempotent
@in_one_transaction
def move_thread(
    thread: Thread,
    *,
    to: Theme,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Gives a thread another theme of its event. Raises Refused."""
    fresh = lock_thread_row(thread.pk)
    decision = TargetDecision(Act.MOVE, by, reason, article, seen)
    decision.ensure_current(fresh, why_not_move(by, fresh, to), is_done=fresh.theme_id == to.pk)
    _change_theme(fresh, to)
    return log.record(Act.MOVE, fresh, by=by, reason=reason, now=now, article=article)


def _change_theme(thread: Thread, to: Theme) -> None:
    """The thread's row is locked; the themes' rows are taken here, in the order of their keys."""
    left = thread.theme_id
    list(Theme.objects.select_for_update(no_key=True).filter(pk__in=[left, to.pk]).order_by("pk"))
    comments = Comment.objects.filter(thread=thread).order_by()
    numbered = comments.exclude(published_revision=None).order_by("published_revision")
    rows = list(numbered.values_list("published_revision", "author_id"))
    published = [number for number, _ in rows]
    places_of: dict[int, list[int]] = {}
    for place, (_, author_id) in enumerate(rows):
        places_of.setdefault(author_id, []).append(place)
    total, count = comments.count(), thread.comment_count
    is_public = int(count > 0)
    gone = bump_revision(left, comments=-count, threads=-is_public).revision
    there = bump_revision(to.pk, comments=count, threads=is_public, revisions=len(published) + 1, numbers=total)
    first = there.revision - len(published)
    known = Comment.objects.filter(theme=to).exclude(origin=None).order_by()
    comments.filter(origin__in=known.values("origin")).update(origin=None)  # imported into both themes
    names = {"thread": thread.pk, "theme": to.pk, "revision": there.revision, "base": branch_id(to.pk, 0)}
    carry_day_counts(thread.pk, to.pk)
    _run(LEAVE_NUMBERS, names)
    _run(TAKE_NUMBERS, names | {"number": there.number - total, "published": first - 1})
    thread.theme, thread.revision = to, there.revision
    thread.save(update_fields=["theme", "revision"])
    ThreadMove.objects.update_or_create(theme_id=left, thread=thread, defaults={"revision": gone})
    ThreadMove.objects.filter(theme=to, thread=thread).delete()
    indexing.renew_marks(thread.pk)
    Draft.objects.filter(comment__thread=thread).update(theme=to)
    carry_over(left, to.pk, Moved(published, places_of, first))
    realtime.theme_changed(left, gone)
    realtime.theme_changed(to.pk, there.revision)


def _settle(thread: Thread, count: int, revision: int) -> None:
    """Gives a thread its count and its newest comment after others came or went."""
    thread.comment_count, thread.revision = count, revision
    thread.last_comment = Comment.objects.filter(thread=thread).public().order_by("-pk").first()
    thread.save(update_fields=["opening", "continued_at", "comment_count", "revision", "last_comment"])


def _follow_too(after: Thread, thread: Thread, tree_id: int, opening: Comment) -> None:
    """Whoever followed the thread or the branch goes on being told of what has become a thread of its own."""
    branch = Q(branch=opening.pk) | Q(branch__tree_id=tree_id, branch__lft=1)
    since = _followers(Follow.objects.filter(branch | Q(thread=thread)))
    rows = [Follow(person_id=person_id, since=when, thread=after) for person_id, when in since.items()]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)
    Follow.objects.filter(branch=opening.pk).delete()


def _follow_instead(merged: Thread, branches: Iterable[int], opening: Comment) -> None:
    """Whoever followed the merged thread or one of its branches follows the branch it has become."""
    before = Follow.objects.filter(Q(thread=merged) | Q(branch__in=branches))
    since = _followers(before)
    rows = [Follow(person_id=person_id, since=when, branch=opening) for person_id, when in since.items()]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)
    before.exclude(branch=opening).delete()


def _followers(follows: QuerySet[Follow]) -> dict[int, datetime]:
    """Whose these are, each with since when: the longest time, if they follow several."""
    return dict(follows.order_by("-since").values_list("person_id", "since"))


def _run(statement: str, values: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
