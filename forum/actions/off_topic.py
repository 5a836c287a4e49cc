"""Marking what leads away from its thread: it stays public, folded away behind the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.actions import log, tell
from forum.actions.flags import close_case_with
from forum.actions.locking import lock_with_thread, take_numbers
from forum.actions.taking_back import taken_back_with
from forum.actions.transactions import in_one_transaction
from forum.choices import Act
from forum.errors import refuse_if
from forum.models import Article, Comment, LogEntry, Thread
from forum.rules.moderation import why_not_mark_off_topic, why_not_mark_on_topic
from forum.rules.undoing import decision_in_force


@in_one_transaction
def mark_off_topic(
    comment: Comment, *, by: Any, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Folds a public comment away behind a reason. Raises Refused."""
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_mark_off_topic(by, fresh, thread))
    _mark(fresh, thread, reason)
    entry = log.record(Act.OFF_TOPIC, thread, by=by, reason=reason, now=now, comment=fresh, article=article)
    return close_case_with(entry)


@in_one_transaction
def mark_on_topic(comment: Comment, *, by: Any, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Shows it among the others again. Raises Refused."""
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_mark_on_topic(by, fresh, thread))
    facts: dict[str, Any] = {"article": article, "undoes": decision_in_force(Act.OFF_TOPIC, comment=fresh)}
    _mark(fresh, thread, "")
    return taken_back_with(log.record(Act.ON_TOPIC, thread, by=by, reason=reason, now=now, comment=fresh, **facts))


def _mark(comment: Comment, thread: Thread, reason: str) -> None:
    revision = take_numbers(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(off_topic=reason, revision=revision)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    tell.theme_changed(thread.theme_id, revision)
