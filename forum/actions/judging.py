"""What moderators decide about comments that wait.

A decision belongs to what was seen: whoever decides says which text and which state they had before them, and under the
thread's lock nothing happens if either has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from forum.actions import leases, log, notifications
from forum.actions.flags import close_case_with
from forum.actions.locking import lock_with_thread
from forum.actions.standing import change_status
from forum.actions.transactions import in_one_transaction
from forum.actions.trust import trust_author_of
from forum.choices import Act, Decision, Status
from forum.errors import Refused, refuse_if
from forum.markup.render import render
from forum.models import Article, Comment, Hold, LogEntry, Thread
from forum.reasons import Reason
from forum.rules.moderation import why_not_as_seen, why_not_judge


def approve_comment(
    comment: Any, *, by: Any, reason: str, now: datetime, article: Article | None = None, seen: str = ""
) -> LogEntry:
    """Publishes a held comment at its place, with the time it was written; it is new for everybody. Raises Refused."""
    return _publish(Act.APPROVE, comment, by, reason, now, article, seen)


def trust_author(
    comment: Any, *, by: Any, reason: str, now: datetime, article: Article | None = None, seen: str = ""
) -> LogEntry:
    """The same, and from now on no rule of the event holds what its author writes. Raises Refused."""
    return _publish(Act.TRUST, comment, by, reason, now, article, seen)


def reject_comment(
    comment: Any, *, by: Any, reason: str, now: datetime, article: Article | None = None, seen: str = ""
) -> LogEntry:
    """Decides that a held comment is not published; its author reads why. Raises Refused."""
    return _turn_away(Act.REJECT, comment.pk, by, reason, now, article, seen)


def ask_for_revision(
    comment: Any, *, by: Any, reason: str, now: datetime, article: Article | None = None, seen: str = ""
) -> LogEntry:
    """Sends a held comment back to its author, who can edit it in its place; it waits again then. Raises Refused."""
    return _turn_away(Act.REVISE, comment.pk, by, reason, now, article, seen)


JUDGE: dict[str, Callable[..., LogEntry]] = {
    Decision.APPROVE: approve_comment,
    Decision.TRUST: trust_author,
    Decision.REVISE: ask_for_revision,
    Decision.REJECT: reject_comment,
}


@dataclass
class Judged:
    """What became of several comments that were decided as one: the entries, and what could not be decided and why."""

    batch: str
    entries: list[LogEntry] = field(default_factory=list)
    refused: list[tuple[Any, Reason]] = field(default_factory=list)


def judge_many(
    picked: Iterable[tuple[Any, str]],
    decision: Decision,
    *,
    by: Any,
    reason: str,
    now: datetime,
    article: Article | None = None,
) -> Judged:
    """Decides the same about several comments, each with what was seen of it; each stands or falls by itself."""
    judged = Judged(uuid4().hex)
    for comment, seen in picked:
        try:
            entry = JUDGE[decision](comment, by=by, reason=reason, now=now, article=article, seen=seen)
        except Refused as refusal:
            judged.refused.append((comment, refusal.reason))
            continue
        judged.entries.append(entry)
    LogEntry.objects.filter(pk__in=[entry.pk for entry in judged.entries]).update(batch=judged.batch)
    return judged


def _publish(
    act: Act, comment: Any, by: Any, reason: str, now: datetime, article: Article | None, seen: str
) -> LogEntry:
    mentioned = render(comment.version.source).mentions  # before the lock: rendering takes its time
    return _publish_locked(act, comment.pk, by, reason, now, article, seen, mentioned)


@in_one_transaction
def _publish_locked(
    act: Act,
    comment_id: int,
    by: Any,
    reason: str,
    now: datetime,
    article: Article | None,
    seen: str,
    mentioned: Sequence[int],
) -> LogEntry:
    thread, fresh = _lock_to_judge(comment_id, by, seen, now)
    since = _decide(fresh, now)
    publish(fresh, thread, mentioned, now=now)
    if act is Act.TRUST:
        trust_author_of(fresh, thread, giver=by, now=now)
    entry = log.record(act, thread, by=by, reason=reason, now=now, comment=fresh, article=article, since=since)
    return close_case_with(entry)


def publish(comment: Any, thread: Thread, mentioned: Sequence[int], *, now: datetime) -> None:
    """Publishes a comment of a locked thread that was not public before, and tells whom it concerns."""
    change_status(comment, thread, Status.PUBLISHED, reason="")
    Comment.objects.filter(pk=comment.pk, published_at=None).order_by().update(published_at=now)
    comment.refresh_from_db()
    notifications.comment_published(
        comment, thread, answered=_author_of_answered(comment), branch=comment.tree_id, mentioned=mentioned, now=now
    )


@in_one_transaction
def _turn_away(
    act: Act, comment_id: int, by: Any, reason: str, now: datetime, article: Article | None, seen: str
) -> LogEntry:
    thread, fresh = _lock_to_judge(comment_id, by, seen, now)
    since = _decide(fresh, now)
    change_status(fresh, thread, Status.REJECTED if act is Act.REJECT else Status.REVISION, reason=reason)
    entry = log.record(act, thread, by=by, reason=reason, now=now, comment=fresh, article=article, since=since)
    return close_case_with(entry)


def _lock_to_judge(comment_id: int, by: Any, seen: str, now: datetime) -> tuple[Thread, Any]:
    thread, fresh = lock_with_thread(comment_id)
    refuse_if(why_not_as_seen(fresh, seen))
    refuse_if(why_not_judge(by, fresh, thread))
    refuse_if(Reason.LEASED if leases.holder_of(fresh, other_than=by, now=now) else None)
    leases.end(fresh)
    return thread, fresh


def _decide(comment: Comment, now: datetime) -> datetime:
    """Notes that a hold is decided; returns since when it had lasted."""
    hold = Hold.objects.filter(comment=comment).first()
    if hold is None:
        return comment.created_at  # imported as not public
    Hold.objects.filter(pk=hold.pk).update(decided_at=now)
    return hold.created_at


def _author_of_answered(comment: Any) -> int | None:
    answered = comment.parent or (comment.thread.opening if comment.thread.opening_id != comment.pk else None)
    return answered.author_id if answered else None
