"""May this person decide about other people's words? None (yes) or the Reason for no."""

from typing import Any

from forum.choices import Reason, Status
from forum.models import Comment, Thread
from forum.rules.roles import may_moderate


def why_not_remove(person: Any, comment: Comment, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme.event_id):
        return Reason.NOT_MODERATOR
    if comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    if not comment.is_public:
        return Reason.NOT_PUBLIC
    return None


def why_not_restore(person: Any, comment: Comment, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme.event_id):
        return Reason.NOT_MODERATOR
    if comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    if comment.status != Status.REMOVED:
        return Reason.NOT_REMOVED
    return None


def why_not_lock(person: Any, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme.event_id):
        return Reason.NOT_MODERATOR
    if thread.is_locked:
        return Reason.ALREADY_LOCKED
    return None


def why_not_unlock(person: Any, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme.event_id):
        return Reason.NOT_MODERATOR
    if not thread.is_locked:
        return Reason.NOT_LOCKED
    return None
