"""What moderators decide about comments that wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from forum.actions import leases, notifications
from forum.actions.flags import close_case_with
from forum.actions.locking import lock_with_thread
from forum.actions.standing import change_status
from forum.actions.transactions import in_one_transaction
from forum.actions.trust import trust_author_of
from forum.actions.verdicts import Verdict, made_before, refuse_unless_as_seen
from forum.choices import Act, Decision, Status
from forum.errors import Refused, refuse_if
from forum.markup.render import render
from forum.models import Article, Comment, Hold, LogEntry, Thread
from forum.reasons import Reason
from forum.rules.moderation import ANY_TEXT, why_not_judge

ACTS = {
    Decision.APPROVE: Act.APPROVE,
    Decision.TRUST: Act.TRUST,
    Decision.REVISE: Act.REVISE,
    Decision.REJECT: Act.REJECT,
}
PUBLISHING = {Act.APPROVE, Act.TRUST}


def judge_comment(
    comment: Any,
    decision: Decision,
    *,
    by: Any,
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
) -> LogEntry:
    """Decides about a comment that waits. Raises Refused.

    Published, it stands at its place with the time it was written, and is new for everybody; whoever is trusted besides
    is held by no rule from then on. Sent back, its author can edit it in its place, and it waits again then. Its author
    reads why it is not published.
    """
    return _judge(comment, decision, Verdict(by, reason, now, seen, article))


@dataclass
class Judged:
    """What became of several comments that were decided as one: the entries, and what could not be decided and why."""

    entries: list[LogEntry] = field(default_factory=list)
    refused: list[tuple[Any, Reason]] = field(default_factory=list)

    @property
    def batch(self) -> str:
        """What names the decisions as one, "" if there are none."""
        return self.entries[-1].batch if self.entries else ""


def judge_many(
    picked: Iterable[tuple[Any, str | None]],
    decision: Decision,
    *,
    by: Any,
    reason: str,
    now: datetime,
    article: Article | None = None,
) -> Judged:
    """Decides the same about several comments, each with what was seen of it; each stands or falls by itself."""
    judged = Judged()
    verdict = Verdict(by, reason, now, ANY_TEXT, article, batch=uuid4().hex)  # each has its own text below
    for comment, seen in picked:
        try:
            judged.entries.append(_judge(comment, decision, replace(verdict, seen=seen)))
        except Refused as refusal:
            judged.refused.append((comment, refusal.reason))
    return judged


def _judge(comment: Any, decision: Decision, verdict: Verdict) -> LogEntry:
    act = ACTS[decision]
    return (_publish if act in PUBLISHING else _turn_away)(act, comment, verdict)


def _publish(act: Act, comment: Any, verdict: Verdict) -> LogEntry:
    mentioned = render(comment.version.source).mentions  # before the lock: rendering takes its time
    return _publish_locked(act, comment.pk, verdict, mentioned)


@in_one_transaction
def _publish_locked(act: Act, comment_id: int, verdict: Verdict, mentioned: Sequence[int]) -> LogEntry:
    thread, fresh = lock_with_thread(comment_id)
    if (made := made_before(act, fresh, verdict)) is not None:
        return made
    since = _decide(fresh, thread, verdict)
    publish(fresh, thread, mentioned, now=verdict.now)
    if act is Act.TRUST:
        trust_author_of(fresh, thread, giver=verdict.by, now=verdict.now)
    return close_case_with(verdict.record(act, thread, fresh, since=since))


def publish(comment: Any, thread: Thread, mentioned: Sequence[int], *, now: datetime) -> None:
    """Publishes a comment of a locked thread that was not public before, and tells whom it concerns."""
    change_status(comment, thread, Status.PUBLISHED, reason="")
    Comment.objects.filter(pk=comment.pk, published_at=None).order_by().update(published_at=now)
    comment.refresh_from_db()
    notifications.comment_published(
        comment, thread, answered=_author_of_answered(comment), branch=comment.tree_id, mentioned=mentioned, now=now
    )


@in_one_transaction
def _turn_away(act: Act, comment: Any, verdict: Verdict) -> LogEntry:
    thread, fresh = lock_with_thread(comment.pk)
    if (made := made_before(act, fresh, verdict)) is not None:
        return made
    since = _decide(fresh, thread, verdict)
    status = Status.REJECTED if act is Act.REJECT else Status.REVISION
    change_status(fresh, thread, status, reason=verdict.reason)
    return close_case_with(verdict.record(act, thread, fresh, since=since))


def _decide(comment: Comment, thread: Thread, verdict: Verdict) -> datetime:
    """Whether it can be decided so about a comment; then its hold and its lease end. Returns since when it waited.

    Raises Refused.
    """
    refuse_unless_as_seen(comment, thread, verdict, why_not_judge)
    refuse_if(Reason.LEASED if leases.holder_of(comment, other_than=verdict.by, now=verdict.now) else None)
    leases.end(comment)
    hold = Hold.objects.filter(comment=comment).first()
    if hold is None:
        return comment.created_at  # imported as not public
    Hold.objects.filter(pk=hold.pk).update(decided_at=verdict.now)
    return hold.created_at


def _author_of_answered(comment: Any) -> int | None:
    answered = comment.parent or (comment.thread.opening if comment.thread.opening_id != comment.pk else None)
    return answered.author_id if answered else None
