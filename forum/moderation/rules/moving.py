"""May this person give a conversation another place? None (yes) or the Reason for no."""

from accounts.models import Viewer
from forum.events.rules.roles import may_moderate
from forum.kernel.reasons import Reason
from forum.models import Comment, Theme, Thread


def why_not_rename(person: Viewer, thread: Thread, *, title: str = "") -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    return Reason.SAME_TITLE if title == thread.title else None


def why_not_split(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """A public comment can begin a thread of its own, with everything that answers it."""
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if comment.pk == thread.opening_id:
        return Reason.IS_OPENING
    return None if comment.is_public else Reason.NOT_PUBLIC


def why_not_move(person: Viewer, thread: Thread, theme: Theme | None = None) -> Reason | None:
    """To `theme`, or at all."""
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if theme is None:
        return None
    if theme.event_id != thread.theme.event_id:
        return Reason.OTHER_EVENT
    if not may_moderate(person, theme):
        return Reason.NOT_MODERATOR_THERE
    return Reason.SAME_THEME if theme.pk == thread.theme_id else None


def why_not_merge(person: Viewer, thread: Thread, into: Thread | None = None) -> Reason | None:
    """Into another thread, or at all. Within a theme the older opening stays the opening: answers follow it."""
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if into is None:
        return None
    if into.pk == thread.pk:
        return Reason.SAME_THREAD
    if into.theme.event_id != thread.theme.event_id:
        return Reason.OTHER_EVENT
    if not may_moderate(person, into.theme):
        return Reason.NOT_MODERATOR_THERE
    if not into.comment_count:
        return Reason.NOT_PUBLIC
    return Reason.YOUNGER_THREAD if into.theme_id == thread.theme_id and _is_younger(into, thread) else None


def _is_younger(thread: Thread, other: Thread) -> bool:
    """By the numbers of the openings, which are the order of the branches, too."""
    return bool(thread.opening and other.opening and thread.opening.number > other.opening.number)
