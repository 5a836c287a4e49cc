"""What moderators decide about comments that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from accounts.models import Person
from forum.dialogue.actions import notifications
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.actions.status import change_status
from forum.dialogue.rules.moderation import SKIP_CHECK, why_not_review
from forum.kernel.choices import Act, Decision, Status
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, Hold, LogEntry, Thread
from forum.moderation.actions import claims
from forum.moderation.actions.decisions import DecisionContext, idempotent, refuse_unless_in_state
from forum.moderation.actions.flags import close_flag_case
from forum.moderation.actions.trust import trust_author_of

ACTS = {
    Decision.APPROVE: Act.APPROVE,
    Decision.TRUST: Act.TRUST,
    Decision.REVISE: Act.REVISE,
    Decision.REJECT: Act.REJECT,
}
PUBLISHING = {Act.APPROVE, Act.TRUST}


def review_comment(
    comment: Comment,
    decision: Decision,
    *,
    by: Person,
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
    return _review(comment, decision, DecisionContext(by, reason, now, seen, article))


@dataclass
class Reviewed:
    """What became of several comments that were decided as one: the entries, and what could not be decided and why."""

    entries: list[LogEntry] = field(default_factory=list)
    refused: list[tuple[Comment, Reason]] = field(default_factory=list)

    @property
    def batch(self) -> str:
        """What names the decisions as one, "" if there are none."""
        return self.entries[-1].batch if self.entries else ""


def review_many(
    picked: Iterable[tuple[Comment, str | None]],
    decision: Decision,
    *,
    by: Person,
    reason: str,
    now: datetime,
    article: Article | None = None,
) -> Reviewed:
    """Decides the same about several comments, each with what was seen of it; each stands or falls by itself."""
    reviewed = Reviewed()
    context = DecisionContext(by, reason, now, SKIP_CHECK, article, batch=uuid4().hex)  # each has its own text below
    for comment, seen in picked:
        try:
            reviewed.entries.append(_review(comment, decision, replace(context, seen=seen)))
        except Refused as refusal:
            reviewed.refused.append((comment, refusal.reason))
    return reviewed


def _review(comment: Comment, decision: Decision, context: DecisionContext) -> LogEntry:
    act = ACTS[decision]
    return (_publish if act in PUBLISHING else _turn_away)(act, comment.pk, context)


@idempotent
@in_one_transaction
def _publish(act: Act, comment_id: int, context: DecisionContext) -> LogEntry:
    thread, fresh = lock_with_thread(comment_id)
    since = _decide(act, fresh, thread, context)
    publish(fresh, thread, now=context.now)
    if act is Act.TRUST:
        trust_author_of(fresh, thread, giver=context.by, now=context.now)
    return close_flag_case(context.record(act, thread, fresh, since=since))


def publish(comment: Comment, thread: Thread, *, now: datetime) -> None:
    """Publishes a comment of a locked thread that was not public before, and tells whom it concerns."""
    change_status(comment, thread, Status.PUBLISHED, reason="")
    Comment.objects.filter(pk=comment.pk, published_at=None).order_by().update(published_at=now)
    comment.refresh_from_db(from_queryset=Comment.objects.select_related("version"))
    notifications.comment_published(comment, thread, answered=_author_of_answered(comment), now=now)


@idempotent
@in_one_transaction
def _turn_away(act: Act, comment_id: int, context: DecisionContext) -> LogEntry:
    thread, fresh = lock_with_thread(comment_id)
    since = _decide(act, fresh, thread, context)
    status = Status.REJECTED if act is Act.REJECT else Status.REVISION
    change_status(fresh, thread, status, reason=context.reason)
    return close_flag_case(context.record(act, thread, fresh, since=since))


def _decide(act: Act, comment: Comment, thread: Thread, context: DecisionContext) -> datetime:
    """Whether it can be decided so about a comment; then its hold and its claim end. Returns since when it waited.

    Raises Refused, or AlreadyDone.
    """
    refuse_unless_in_state(comment, thread, context, why_not_review, act)
    refuse_if(Reason.CLAIMED if claims.holder_of(comment, other_than=context.by, now=context.now) else None)
    claims.end(comment)
    hold = Hold.objects.filter(comment=comment).first()
    if hold is None:
        return comment.created_at  # imported as not public
    Hold.objects.filter(pk=hold.pk).update(decided_at=context.now)
    return hold.created_at


def _author_of_answered(comment: Comment) -> int | None:
    answered = comment.parent or (comment.thread.opening if comment.thread.opening_id != comment.pk else None)
    return answered.author_id if answered else None
