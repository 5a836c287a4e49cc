"""Marking what leads away from its thread: it stays public, folded away behind the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.actions import tell
from forum.actions.flags import close_case_with
from forum.actions.locking import take_numbers
from forum.actions.taking_back import taken_back_with
from forum.actions.transactions import in_one_transaction
from forum.actions.verdicts import Verdict, lock_to_decide
from forum.choices import Act
from forum.models import Article, Comment, LogEntry, Thread
from forum.rules.moderation import why_not_mark_off_topic, why_not_mark_on_topic
from forum.rules.undoing import decision_in_force


@in_one_transaction
def mark_off_topic(
    comment: Comment, *, by: Any, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Folds a public comment away behind a reason. Raises Refused."""
    verdict = Verdict(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_mark_off_topic)
    _mark(fresh, thread, reason)
    return close_case_with(verdict.record(Act.OFF_TOPIC, thread, fresh))


@in_one_transaction
def mark_on_topic(
    comment: Comment, *, by: Any, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Shows it among the others again. Raises Refused."""
    verdict = Verdict(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, verdict, why_not_mark_on_topic)
    undoes = decision_in_force(Act.OFF_TOPIC, comment=fresh)
    _mark(fresh, thread, "")
    return taken_back_with(verdict.record(Act.ON_TOPIC, thread, fresh, undoes=undoes))


def _mark(comment: Comment, thread: Thread, reason: str) -> None:
    revision = take_numbers(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(off_topic=reason, revision=revision)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    tell.theme_changed(thread.theme_id, revision)
