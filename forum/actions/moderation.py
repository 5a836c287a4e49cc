"""What moderators do: remove and restore comments, hide earlier versions, lock and unlock threads."""

from datetime import datetime
from typing import Any

from forum.actions import log, tell
from forum.actions.locking import lock_thread_row, take_numbers
from forum.actions.standing import change_status
from forum.actions.transactions import in_one_transaction
from forum.choices import Act, Status
from forum.errors import refuse_if
from forum.models import Comment, CommentVersion, Thread
from forum.rules.moderation import (
    why_not_hide_version,
    why_not_lock,
    why_not_remove,
    why_not_restore,
    why_not_show_version,
    why_not_unlock,
)


@in_one_transaction
def remove_comment(comment: Comment, *, by: Any, reason: str, now: datetime) -> None:
    """Takes a comment out of public sight; the reason is shown where it stood. Raises Refused."""
    thread = lock_thread_row(comment.thread_id)
    fresh = Comment.objects.get(pk=comment.pk)
    refuse_if(why_not_remove(by, fresh, thread))
    change_status(fresh, thread, Status.REMOVED, reason=reason)
    log.record(Act.REMOVE, thread, by=by, reason=reason, now=now, comment=fresh)


@in_one_transaction
def restore_comment(comment: Comment, *, by: Any, reason: str, now: datetime) -> None:
    """Brings a removed comment back to its place. Raises Refused."""
    thread = lock_thread_row(comment.thread_id)
    fresh = Comment.objects.get(pk=comment.pk)
    refuse_if(why_not_restore(by, fresh, thread))
    change_status(fresh, thread, Status.PUBLISHED, reason="")
    log.record(Act.RESTORE, thread, by=by, reason=reason, now=now, comment=fresh)


@in_one_transaction
def lock_thread(thread: Thread, *, by: Any, reason: str, now: datetime) -> None:
    """Freezes a thread: nothing is added, edited or withdrawn in it. Raises Refused."""
    thread = lock_thread_row(thread.pk)
    refuse_if(why_not_lock(by, thread))
    _set_lock(thread, is_locked=True, reason=reason)
    log.record(Act.LOCK, thread, by=by, reason=reason, now=now)


@in_one_transaction
def unlock_thread(thread: Thread, *, by: Any, reason: str, now: datetime) -> None:
    """Opens a locked thread again. Raises Refused."""
    thread = lock_thread_row(thread.pk)
    refuse_if(why_not_unlock(by, thread))
    _set_lock(thread, is_locked=False, reason="")
    log.record(Act.UNLOCK, thread, by=by, reason=reason, now=now)


@in_one_transaction
def hide_version(version: CommentVersion, *, by: Any, reason: str, now: datetime) -> None:
    """Takes one earlier version out of the public history. Raises Refused."""
    thread, fresh = _locked_version(version)
    is_current = fresh.pk == fresh.comment.version_id
    refuse_if(why_not_hide_version(by, fresh.comment, thread, is_current=is_current, is_hidden=fresh.is_hidden))
    CommentVersion.objects.filter(pk=fresh.pk).update(is_hidden=True, hidden_reason=reason)
    log.record(Act.HIDE_VERSION, thread, by=by, reason=reason, now=now, comment=fresh.comment, version=fresh)


@in_one_transaction
def show_version(version: CommentVersion, *, by: Any, reason: str, now: datetime) -> None:
    """Brings a hidden version back into the public history. Raises Refused."""
    thread, fresh = _locked_version(version)
    refuse_if(why_not_show_version(by, fresh.comment, thread, is_hidden=fresh.is_hidden))
    CommentVersion.objects.filter(pk=fresh.pk).update(is_hidden=False, hidden_reason="")
    log.record(Act.SHOW_VERSION, thread, by=by, reason=reason, now=now, comment=fresh.comment, version=fresh)


def _locked_version(version: CommentVersion) -> tuple[Thread, CommentVersion]:
    """The version and what is current beside it, read after the lock: an edit may have come in between.

    Followers see the current text only, so hiding takes no revision and tells nobody.
    """
    thread = lock_thread_row(version.comment.thread_id)
    return thread, CommentVersion.objects.select_related("comment").get(pk=version.pk)


def _set_lock(thread: Thread, *, is_locked: bool, reason: str) -> None:
    thread.is_locked = is_locked
    thread.lock_reason = reason
    thread.revision = take_numbers(thread.theme_id).revision
    thread.save(update_fields=["is_locked", "lock_reason", "revision"])
    tell.theme_changed(thread.theme_id, thread.revision)
