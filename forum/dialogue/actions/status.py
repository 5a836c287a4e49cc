"""How a comment changes its status, and what of the public tree changes with it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from forum.dialogue.actions import indexing, notifications
from forum.dialogue.actions.day_counts import DayStep, count_in_day, step_between
from forum.dialogue.actions.locking import bump_revision
from forum.kernel import realtime
from forum.kernel.choices import Status
from forum.kernel.holds import HoldReason
from forum.kernel.queues import QueueKind
from forum.models import Comment, Hold, Thread


def change_status(comment: Comment, thread: Thread, status: Status, *, reason: str) -> None:
    """Moves a freshly read comment of a locked thread to another status, and tells the followers.

    A comment counts if and only if it is published itself, so the counts move by one or not at all.
    """
    is_public = status == Status.PUBLISHED
    step = int(is_public) - int(comment.is_public)
    count = thread.comment_count + step
    crossing = int(count > 0) - int(thread.comment_count > 0)
    revision = bump_revision(thread.theme_id, comments=step, threads=crossing).revision
    count_in_day(thread.theme_id, comment.created_at, step_between(comment.status, status))
    rows = Comment.objects.filter(pk=comment.pk).order_by()
    rows.update(
        status=status,
        status_reason=reason,
        revision=revision,
        in_public_tree=is_public or has_public_replies(comment, thread, count),
        published_revision=Coalesce(F("published_revision"), revision) if is_public else F("published_revision"),
    )
    indexing.renew([comment.pk])
    if tells_waiting(thread, comment.status, status):
        touch_parent(comment, thread, revision)
    if is_public and comment.published_revision is None:
        _touch_replies(comment, thread, revision)
    thread.comment_count = count
    update_tombstones_above(comment, thread, revision)
    thread.revision = revision
    thread.last_comment = Comment.objects.filter(thread=thread).public().order_by("-pk").first()
    thread.save(update_fields=["comment_count", "revision", "last_comment"])
    realtime.theme_changed(thread.theme_id, revision)
    event_id = thread.theme.event_id
    if comment.status == Status.HELD:
        waiting = Comment.objects.filter(theme__event=event_id, status=Status.HELD)
        notifications.reviewed(QueueKind.HELD, event_id, waiting)
    elif status == Status.HELD:
        realtime.desk_changed(event_id)


def hold_comment(comment: Comment, thread: Thread, *, since: datetime, reasons: list[HoldReason] | None) -> None:
    """Makes a comment of a locked thread wait for a moderator, again or for the first time.

    Without `reasons` those of the last time count, if there were any.
    """
    change_status(comment, thread, Status.HELD, reason="")
    new = {"created_at": since, "reasons": reasons or [], "decided_at": None}
    again = {"decided_at": None} if reasons is None else new
    _, is_new = Hold.objects.update_or_create(comment=comment, defaults=again, create_defaults=new)
    if is_new:
        count_in_day(thread.theme_id, comment.created_at, DayStep(held=1))


def tells_waiting(thread: Thread, *statuses: str) -> bool:
    """Whether readers are told when a comment takes or leaves one of these states: where the event tells what waits."""
    return Status.HELD in statuses and thread.theme.event.tells_waiting


def touch_parent(comment: Comment, thread: Thread, revision: int) -> None:
    """What a comment answers says how many answers to it wait: from this revision on, another number.

    An opening that waits answers nothing, and its thread is not public.
    """
    answered = comment.parent_id or thread.opening_id
    Comment.objects.filter(pk=answered).exclude(pk=comment.pk).public().order_by().update(revision=revision)


def has_public_replies(comment: Comment, thread: Thread, public_count: int) -> bool:
    """Whether a gone comment must stay visible as a tombstone.

    Every branch hangs from the opening, so the opening has a public reply while the thread has any public
    comment besides it; `public_count` is the thread's count without `comment` itself.
    """
    if comment.pk == thread.opening_id:
        return public_count > 0
    return Comment.objects.below(comment).public().order_by().exists()


def _touch_replies(comment: Comment, thread: Thread, revision: int) -> None:
    """What answers a comment names its author only once it was public: a change of the answers, too."""
    if comment.pk == thread.opening_id:
        answers = Comment.objects.filter(thread=thread, parent=None).exclude(pk=comment.pk)
    else:
        answers = Comment.objects.filter(parent=comment)
    answers.order_by().update(revision=revision)


def update_tombstones_above(comment: Comment, thread: Thread, revision: int) -> None:
    """Tombstones above appear with their first public reply and leave with the last: a change of theirs, too."""
    above = list(Comment.objects.above(comment).gone().order_by().values_list("pk", flat=True))
    update_tombstones([*above, thread.opening_id] if comment.pk != thread.opening_id else above, thread, revision)


def update_tombstones(comments: Iterable[int | None], thread: Thread, revision: int) -> None:
    """The same for those of these comments that are gone."""
    for gone in Comment.objects.filter(pk__in=comments).gone():
        in_public_tree = has_public_replies(gone, thread, thread.comment_count)
        if in_public_tree != gone.in_public_tree:
            Comment.objects.filter(pk=gone.pk).order_by().update(in_public_tree=in_public_tree, revision=revision)
