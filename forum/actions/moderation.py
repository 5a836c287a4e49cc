"""What moderators decide about public comments and their versions, and about whole threads."""

from datetime import datetime
from typing import Any

from forum.actions import indexing, log, tell
from forum.actions.flags import close_case_with
from forum.actions.locking import lock_thread_row, lock_with_thread, take_numbers
from forum.actions.places import set_lock
from forum.actions.standing import change_status
from forum.actions.taking_back import taken_back_with
from forum.actions.transactions import in_one_transaction
from forum.actions.verdicts import Verdict, lock_to_decide
from forum.choices import Act, Status
from forum.errors import refuse_if
from forum.models import Article, Comment, CommentVersion, LogEntry, Thread
from forum.rules.moderation import (
    why_not_hide_version,
    why_not_lock,
    why_not_pin,
    why_not_remove,
    why_not_restore,
    why_not_show_version,
    why_not_unlock,
    why_not_unpin,
)
from forum.rules.moving import why_not_rename
from forum.rules.undoing import decision_in_force


@in_one_transaction
def remove_comment(
    comment: Comment,
    *,
    by: Any,
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
    batch: str = "",
) -> LogEntry:
    """Takes a comment out of public sight; the reason is shown where it stood. Raises Refused.

    One of a `batch` tells its author nothing: the batch does, once.
    """
    verdict = Verdict(by, reason, now, seen, article, batch)
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_remove)
    change_status(fresh, thread, Status.REMOVED, reason=reason)
    return close_case_with(verdict.record(Act.REMOVE, thread, fresh, tells=not batch))


@in_one_transaction
def restore_comment(
    comment: Comment,
    *,
    by: Any,
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
    batch: str = "",
) -> LogEntry:
    """Brings a removed comment back to its place. Raises Refused."""
    verdict = Verdict(by, reason, now, seen, article, batch)
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_restore)
    undoes = decision_in_force(Act.REMOVE, comment=fresh)
    change_status(fresh, thread, Status.PUBLISHED, reason="")
    return taken_back_with(verdict.record(Act.RESTORE, thread, fresh, undoes=undoes, tells=not batch))


@in_one_transaction
def pin_comment(
    comment: Comment, *, by: Any, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Sets a public comment apart: it is marked, and shown in the room; an opening puts its thread first.

    Raises Refused.
    """
    verdict = Verdict(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_pin)
    _set_pin(fresh, thread, is_pinned=True)
    return verdict.record(Act.PIN, thread, fresh)


@in_one_transaction
def unpin_comment(
    comment: Comment, *, by: Any, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Puts a pinned comment back among the others. Raises Refused."""
    verdict = Verdict(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_unpin)
    undoes = decision_in_force(Act.PIN, comment=fresh)
    _set_pin(fresh, thread, is_pinned=False)
    return taken_back_with(verdict.record(Act.UNPIN, thread, fresh, undoes=undoes))


@in_one_transaction
def rename_thread(
    thread: Thread, *, title: str, by: Any, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Gives a thread another title. Raises Refused."""
    fresh = lock_thread_row(thread.pk)
    refuse_if(why_not_rename(by, fresh, title=title))
    fresh.title = title
    fresh.revision = take_numbers(fresh.theme_id).revision
    fresh.save(update_fields=["title", "revision"])
    if fresh.opening_id is not None:
        indexing.renew([fresh.opening_id])
    tell.theme_changed(fresh.theme_id, fresh.revision)
    return log.record(Act.RENAME, fresh, by=by, reason=reason, now=now, article=article)


@in_one_transaction
def lock_thread(thread: Thread, *, by: Any, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Freezes a thread: nothing is added, edited or withdrawn in it. Raises Refused."""
    thread = lock_thread_row(thread.pk)
    refuse_if(why_not_lock(by, thread))
    set_lock(thread, is_locked=True, reason=reason)
    return log.record(Act.LOCK, thread, by=by, reason=reason, now=now, article=article)


@in_one_transaction
def unlock_thread(thread: Thread, *, by: Any, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Opens a locked thread again. Raises Refused."""
    thread = lock_thread_row(thread.pk)
    refuse_if(why_not_unlock(by, thread))
    facts: dict[str, Any] = {"article": article, "undoes": decision_in_force(Act.LOCK, thread=thread)}
    set_lock(thread, is_locked=False, reason="")
    return taken_back_with(log.record(Act.UNLOCK, thread, by=by, reason=reason, now=now, **facts))


@in_one_transaction
def hide_version(
    version: CommentVersion, *, by: Any, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Takes one earlier version out of the public history. Raises Refused."""
    thread, fresh = _locked_version(version)
    is_current = fresh.pk == fresh.comment.version_id
    refuse_if(why_not_hide_version(by, fresh.comment, thread, is_current=is_current, is_hidden=fresh.is_hidden))
    CommentVersion.objects.filter(pk=fresh.pk).update(is_hidden=True, hidden_reason=reason)
    return log.record(
        Act.HIDE_VERSION, thread, by=by, reason=reason, now=now, article=article, comment=fresh.comment, version=fresh
    )


@in_one_transaction
def show_version(
    version: CommentVersion, *, by: Any, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Brings a hidden version back into the public history. Raises Refused."""
    thread, fresh = _locked_version(version)
    refuse_if(why_not_show_version(by, fresh.comment, thread, is_hidden=fresh.is_hidden))
    CommentVersion.objects.filter(pk=fresh.pk).update(is_hidden=False, hidden_reason="")
    return log.record(
        Act.SHOW_VERSION, thread, by=by, reason=reason, now=now, article=article, comment=fresh.comment, version=fresh
    )


def _locked_version(version: CommentVersion) -> tuple[Thread, CommentVersion]:
    """The version and what is current beside it, read after the lock: an edit may have come in between.

    Followers see the current text only, so hiding takes no revision and tells nobody.
    """
    thread, _ = lock_with_thread(version.comment_id)
    return thread, CommentVersion.objects.select_related("comment").get(pk=version.pk)


def _set_pin(comment: Comment, thread: Thread, *, is_pinned: bool) -> None:
    revision = take_numbers(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(is_pinned=is_pinned, revision=revision)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    tell.theme_changed(thread.theme_id, revision)
