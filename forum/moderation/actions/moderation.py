"""What moderators decide about public comments and their versions, and about whole threads."""

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import indexing, log
from forum.dialogue.actions.lockables import set_lock
from forum.dialogue.actions.locking import bump_revision, lock_thread_row, lock_with_thread
from forum.dialogue.actions.status import change_status
from forum.dialogue.rules.moderation import (
    SKIP_CHECK,
    why_not_hide_version,
    why_not_lock,
    why_not_pin,
    why_not_remove,
    why_not_restore,
    why_not_show_version,
    why_not_unlock,
    why_not_unpin,
)
from forum.kernel import realtime
from forum.kernel.choices import Act, Status
from forum.kernel.errors import AlreadyDone
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, CommentVersion, LogEntry, Thread
from forum.moderation.actions.decisions import (
    DecisionContext,
    TargetDecision,
    idempotent,
    lock_to_decide,
    refuse_unless_repeated,
)
from forum.moderation.actions.flags import close_flag_case
from forum.moderation.actions.reversal import settle_reversal
from forum.moderation.rules.moving import why_not_rename
from forum.moderation.rules.undoing import effective_decision


@idempotent
@in_one_transaction
def remove_comment(
    comment: Comment,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
    batch: str = "",
) -> LogEntry:
    """Takes a comment out of public sight; the reason is shown where it stood. Raises Refused.

    One of a `batch` tells its author nothing: the batch does, once.
    """
    context = DecisionContext(by, reason, now, seen, article, batch)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_remove, Act.REMOVE)
    change_status(fresh, thread, Status.REMOVED, reason=reason)
    return close_flag_case(context.record(Act.REMOVE, thread, fresh, tells=not batch))


@idempotent
@in_one_transaction
def restore_comment(
    comment: Comment,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
    batch: str = "",
) -> LogEntry:
    """Brings a removed comment back to its place. Raises Refused."""
    context = DecisionContext(by, reason, now, seen, article, batch)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_restore, Act.RESTORE)
    undoes = effective_decision(Act.REMOVE, fresh)
    change_status(fresh, thread, Status.PUBLISHED, reason="")
    return settle_reversal(context.record(Act.RESTORE, thread, fresh, undoes=undoes, tells=not batch))


@idempotent
@in_one_transaction
def pin_comment(
    comment: Comment, *, by: Person, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Sets a public comment apart: it is marked, and shown in the room; an opening puts its thread first.

    Raises Refused.
    """
    context = DecisionContext(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_pin, Act.PIN)
    _set_pin(fresh, thread, is_pinned=True)
    return context.record(Act.PIN, thread, fresh)


@idempotent
@in_one_transaction
def unpin_comment(
    comment: Comment, *, by: Person, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Unpins a comment. Raises Refused."""
    context = DecisionContext(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_unpin, Act.UNPIN)
    undoes = effective_decision(Act.PIN, fresh)
    _set_pin(fresh, thread, is_pinned=False)
    return settle_reversal(context.record(Act.UNPIN, thread, fresh, undoes=undoes))


@idempotent
@in_one_transaction
def rename_thread(
    thread: Thread,
    *,
    title: str,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Gives a thread another title. Raises Refused."""
    fresh = lock_thread_row(thread.pk)
    decision = TargetDecision(Act.RENAME, by, reason, article, seen)
    decision.ensure_current(fresh, why_not_rename(by, fresh, title=title), is_done=fresh.title == title)
    fresh.title = title
    fresh.revision = bump_revision(fresh.theme_id).revision
    fresh.save(update_fields=["title", "revision"])
    if fresh.opening_id is not None:
        indexing.renew([fresh.opening_id])
    realtime.theme_changed(fresh.theme_id, fresh.revision)
    return log.record(Act.RENAME, fresh, by=by, reason=reason, now=now, article=article)


@idempotent
@in_one_transaction
def lock_thread(
    thread: Thread,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Freezes a thread: nothing is added, edited or withdrawn in it. Raises Refused."""
    thread = lock_thread_row(thread.pk)
    decision = TargetDecision(Act.LOCK, by, reason, article, seen)
    decision.ensure_current(thread, why_not_lock(by, thread), is_done=thread.is_locked)
    set_lock(thread, is_locked=True, reason=reason)
    return log.record(Act.LOCK, thread, by=by, reason=reason, now=now, article=article)


@idempotent
@in_one_transaction
def unlock_thread(
    thread: Thread,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Opens a locked thread again. Raises Refused."""
    thread = lock_thread_row(thread.pk)
    decision = TargetDecision(Act.UNLOCK, by, reason, article, seen)
    decision.ensure_current(thread, why_not_unlock(by, thread), is_done=not thread.is_locked)
    undoes = effective_decision(Act.LOCK, thread)
    set_lock(thread, is_locked=False, reason="")
    return settle_reversal(
        log.record(Act.UNLOCK, thread, by=by, reason=reason, now=now, article=article, undoes=undoes)
    )


@idempotent
@in_one_transaction
def hide_version(
    version: CommentVersion, *, by: Person, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Takes one earlier version out of the public history. Raises Refused."""
    thread, fresh = _locked_version(version)
    is_current = fresh.pk == fresh.comment.version_id
    no = why_not_hide_version(by, fresh.comment, thread, is_current=is_current, is_hidden=fresh.is_hidden)
    _refuse_unless_repeated(no, Act.HIDE_VERSION, by, reason, article, fresh)
    CommentVersion.objects.filter(pk=fresh.pk).update(is_hidden=True, hidden_reason=reason)
    return log.record(
        Act.HIDE_VERSION, thread, by=by, reason=reason, now=now, article=article, comment=fresh.comment, version=fresh
    )


@idempotent
@in_one_transaction
def show_version(
    version: CommentVersion, *, by: Person, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Brings a hidden version back into the public history. Raises Refused."""
    thread, fresh = _locked_version(version)
    no = why_not_show_version(by, fresh.comment, thread, is_hidden=fresh.is_hidden)
    _refuse_unless_repeated(no, Act.SHOW_VERSION, by, reason, article, fresh)
    CommentVersion.objects.filter(pk=fresh.pk).update(is_hidden=False, hidden_reason="")
    return log.record(
        Act.SHOW_VERSION, thread, by=by, reason=reason, now=now, article=article, comment=fresh.comment, version=fresh
    )


def _refuse_unless_repeated(
    no: Reason | None, act: Act, by: Person, reason: str, article: Article | None, version: CommentVersion
) -> None:
    """Raises Refused, or AlreadyDone if the newest entry about this version is this very decision."""
    if no is not None:
        entries = LogEntry.objects.filter(version=version)
        raise AlreadyDone(refuse_unless_repeated(no, act, entries, by, reason, article))


def _locked_version(version: CommentVersion) -> tuple[Thread, CommentVersion]:
    """The version and what is current beside it, read after the lock: an edit may have come in between.

    Followers see the current text only, so hiding takes no revision and tells nobody.
    """
    thread, _ = lock_with_thread(version.comment_id)
    return thread, CommentVersion.objects.select_related("comment").get(pk=version.pk)


def _set_pin(comment: Comment, thread: Thread, *, is_pinned: bool) -> None:
    revision = bump_revision(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(is_pinned=is_pinned, revision=revision)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    realtime.theme_changed(thread.theme_id, revision)
