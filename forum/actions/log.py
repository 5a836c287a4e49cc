"""Writes the record of what moderators did."""

from datetime import datetime
from typing import Any

from forum.actions import notifications
from forum.choices import Act
from forum.models import Comment, CommentVersion, LogEntry, Thread


def record(
    act: Act,
    thread: Thread,
    *,
    by: Any,
    reason: str,
    now: datetime,
    comment: Comment | None = None,
    version: CommentVersion | None = None,
) -> None:
    """Adds an entry in the transaction of the act itself, and tells whom it concerns: these cannot part."""
    entry = LogEntry.objects.create(
        event_id=thread.theme.event_id,
        thread=thread,
        comment=comment,
        version=version,
        actor=by,
        act=act,
        reason=reason,
        created_at=now,
    )
    concerned = comment or thread.opening
    notifications.decided(entry, concerned.author if concerned else None)
