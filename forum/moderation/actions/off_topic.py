"""Marking what leads away from its thread: it stays public, folded away behind the reason."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions.locking import bump_revision
from forum.dialogue.rules.moderation import why_not_mark_off_topic, why_not_mark_on_topic
from forum.kernel import realtime
from forum.kernel.choices import Act
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, LogEntry, Thread
from forum.moderation.actions.decisions import DecisionContext, idempotent, lock_to_decide
from forum.moderation.actions.flags import close_flag_case
from forum.moderation.actions.reversal import settle_reversal
from forum.moderation.rules.undoing import effective_decision


@idempotent
@in_one_transaction
def mark_off_topic(
    comment: Comment, *, by: Person, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Folds a public comment away behind a reason. Raises Refused."""
    context = DecisionContext(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_mark_off_topic, Act.OFF_TOPIC)
    _mark(fresh, thread, reason)
    return close_flag_case(context.record(Act.OFF_TOPIC, thread, fresh))


@idempotent
@in_one_transaction
def mark_on_topic(
    comment: Comment, *, by: Person, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Removes the off-topic mark: the comment is no longer collapsed. Raises Refused."""
    context = DecisionContext(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_mark_on_topic, Act.ON_TOPIC)
    undoes = effective_decision(Act.OFF_TOPIC, fresh)
    _mark(fresh, thread, "")
    return settle_reversal(context.record(Act.ON_TOPIC, thread, fresh, undoes=undoes))


def _mark(comment: Comment, thread: Thread, reason: str) -> None:
    revision = bump_revision(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(off_topic=reason, revision=revision)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    realtime.theme_changed(thread.theme_id, revision)
