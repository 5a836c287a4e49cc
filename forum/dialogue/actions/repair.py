"""Repairs derived values from the ones that are true: bounds from parents, tombstones and counts from statuses."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from forum.dialogue.actions import indexing
from forum.dialogue.actions.day_counts import recount_days
from forum.dialogue.actions.locking import bump_revision, lock_thread_row, lock_with_thread
from forum.dialogue.actions.stances import recount_stances
from forum.dialogue.actions.status import has_public_replies
from forum.dialogue.models.day_count import wrongly_counted
from forum.kernel import realtime
from forum.kernel.choices import STORED_LENGTH
from forum.kernel.nesting import bounds_from_parents
from forum.kernel.transactions import in_one_transaction
from forum.markup.mentions import Rendition
from forum.markup.render import RENDERER, render
from forum.models import Comment, CommentVersion, Reading, Theme, Thread


@in_one_transaction
def rebuild_tree(thread_id: int) -> None:
    """Recomputes the nested-set bounds of every branch from the parents, then the tombstone flags."""
    thread = lock_thread_row(thread_id)
    rows = Comment.objects.filter(thread=thread).order_by("tree_id").values_list("tree_id", "id", "parent_id", "number")
    for _, branch in groupby(rows, key=lambda row: row[0]):
        _rebuild_bounds(row[1:] for row in branch)
    for comment in Comment.objects.filter(thread=thread):
        count = thread.comment_count if comment.pk == thread.opening_id else 0
        in_public_tree = comment.is_public or has_public_replies(comment, thread, count)
        if in_public_tree != comment.in_public_tree:
            Comment.objects.filter(pk=comment.pk).order_by().update(in_public_tree=in_public_tree)


@in_one_transaction
def rerender(version_id: int) -> bool:
    """Makes a version's HTML anew with today's renderer; says whether readers see it.

    Its names go on meaning whom they meant when it was written.
    """
    version = CommentVersion.objects.select_related("comment").get(pk=version_id)
    _, comment = lock_with_thread(version.comment_id)
    rendered = render(version.source, longest=STORED_LENGTH, directory=Rendition(version.html))
    rows = CommentVersion.objects.filter(pk=version_id)
    rows.update(html=rendered.html, text=rendered.text, renderer=RENDERER, mentions=list(rendered.mentions))
    if comment.version_id != version_id or not comment.is_public:
        return False
    indexing.renew([comment.pk])
    revision = bump_revision(comment.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(revision=revision)
    Thread.objects.filter(pk=comment.thread_id).update(revision=revision)
    realtime.theme_changed(comment.theme_id, revision)
    return True


def older_texts() -> list[int]:
    """The versions that an older renderer made."""
    return list(CommentVersion.objects.filter(renderer__lt=RENDERER).order_by("pk").values_list("pk", flat=True))


def _rebuild_bounds(branch: Iterable[tuple[int, int | None, int]]) -> None:
    for key, bounds in bounds_from_parents(branch).items():
        Comment.objects.filter(pk=key).order_by().update(lft=bounds.lft, rght=bounds.rght, level=bounds.level)


@in_one_transaction
def recount_theme(theme_id: int) -> bool:
    """Counts a theme and its threads anew; says whether anything was wrong.

    What readers have read is counted anew with their next report.
    """
    threads = list(Thread.objects.select_for_update(no_key=True).filter(theme_id=theme_id).order_by("pk"))
    wrong = False
    for thread in threads:
        count = Comment.objects.filter(thread=thread).public().order_by().count()
        wrong |= count != thread.comment_count
        Thread.objects.filter(pk=thread.pk).exclude(comment_count=count).update(comment_count=count)
    counts = {
        "comment_count": Comment.objects.filter(theme_id=theme_id).public().order_by().count(),
        "thread_count": Thread.objects.filter(theme_id=theme_id, comment_count__gt=0).count(),
    }
    wrong |= recount_stances(theme_id) | bool(wrongly_counted(theme_id))
    recount_days(theme_id)
    Reading.objects.filter(theme_id=theme_id).update(others_count=None)
    return bool(Theme.objects.filter(pk=theme_id).exclude(**counts).update(**counts)) or wrong


def every_thread() -> list[int]:
    return list(Thread.objects.order_by("pk").values_list("pk", flat=True))


@in_one_transaction
def reindex_thread(thread_id: int) -> None:
    """Makes the search index say of a thread's comments what they say now."""
    lock_thread_row(thread_id)
    indexing.renew(Comment.objects.filter(thread_id=thread_id).order_by().values_list("pk", flat=True))
