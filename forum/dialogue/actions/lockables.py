"""What is done alike to a thread and to a whole theme."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from accounts.models import Person
from forum.dialogue.actions import log
from forum.dialogue.actions.locking import bump_revision, lock_theme_row, lock_thread_row
from forum.kernel import realtime
from forum.kernel.choices import Act
from forum.models import Article, LogEntry, Theme, Thread

OF_THEME = {
    Act.LOCK: Act.LOCK_THEME,
    Act.UNLOCK: Act.UNLOCK_THEME,
    Act.PLAN: Act.PLAN_THEME,
    Act.CANCEL_PLAN: Act.CANCEL_THEME_PLAN,
    Act.SLOW: Act.SLOW_THEME,
}
P = TypeVar("P", bound="Thread | Theme")


def lock_target(target: P) -> P:
    """The thread or theme as it is now, its row locked until the transaction ends. Raises Refused."""
    fresh: Any = lock_theme_row(target.pk) if isinstance(target, Theme) else lock_thread_row(target.pk)
    return fresh


def target_changed(target: Thread | Theme, *fields: str) -> None:
    """Saves these fields of a locked thread or theme under a new revision, and tells the followers."""
    if isinstance(target, Theme):
        target.save(update_fields=fields)
        return realtime.theme_changed(target.pk, bump_revision(target.pk).revision)
    target.revision = bump_revision(target.theme_id).revision
    target.save(update_fields=[*fields, "revision"])
    return realtime.theme_changed(target.theme_id, target.revision)


def set_lock(target: Thread | Theme, *, is_locked: bool, reason: str) -> None:
    """Locks or opens a target. Clears the scheduled time for the same change."""
    done = "closes_at" if is_locked else "opens_at"
    target.is_locked, target.lock_reason = is_locked, reason
    setattr(target, done, None)
    target_changed(target, "is_locked", "lock_reason", done)


def act_about(act: Act, target: Thread | Theme) -> Act:
    """The same act in the log's words for a thread or for a theme."""
    return OF_THEME[act] if isinstance(target, Theme) else act


def record(
    act: Act, target: Thread | Theme, *, by: Person | None, reason: str, now: datetime, article: Article | None
) -> LogEntry:
    """Adds an entry to the log, in the words for a thread or for a theme."""
    if isinstance(target, Theme):
        return log.record_in_event(
            act_about(act, target), target.event_id, by=by, reason=reason, now=now, article=article, theme=target
        )
    return log.record(act, target, by=by, reason=reason, now=now, article=article)
