"""May this person decide about other people's words? None (yes) or the Reason for no."""

import re

from accounts.models import Viewer
from forum.dialogue.models.comment import seen_of
from forum.events.rules.roles import may_moderate, moderates_any
from forum.kernel.choices import Status
from forum.kernel.reasons import Reason
from forum.models import Comment, Theme, Thread

SEEN = re.compile(r"[0-9]{1,15}\.[a-z]{1,10}")  # a text and a state, as a form carries them
SKIP_CHECK = None  # instead of what was seen, where an act is not about words that somebody has read


def why_not_see_desk(person: Viewer, event_id: int) -> Reason | None:
    return None if moderates_any(person, event_id) else Reason.NOT_MODERATOR


def why_not_remove(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    if not comment.is_public:
        return Reason.NOT_PUBLIC
    return None


def why_not_restore(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    if comment.status != Status.REMOVED:
        return Reason.NOT_REMOVED
    return None


def why_not_review(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """Whether somebody may publish or reject what waits for a decision."""
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    return None if comment.status == Status.HELD else Reason.NOT_HELD


def why_not_in_state(comment: Comment, seen: str | None) -> Reason | None:
    """Whether a comment is still what somebody had before them when they decided."""
    if seen is SKIP_CHECK or seen == state_token(comment):
        return None
    if not SEEN.fullmatch(seen):
        return Reason.NOT_SAID_WHAT_WAS_SEEN
    if comment.status == Status.WITHDRAWN:
        return Reason.WITHDRAWN_MEANWHILE
    return Reason.EDITED_MEANWHILE if seen.endswith(f".{comment.status}") else Reason.DECIDED_MEANWHILE


def state_token(comment: Comment) -> str:
    """The text and the state of a comment, as a form carries them."""
    return seen_of(comment.version_id, comment.status)


def version_of_token(seen: str) -> int:
    """The text that somebody had before them, 0 if they did not say."""
    return int(seen.split(".")[0]) if SEEN.fullmatch(seen) else 0


def why_not_mark_off_topic(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    if not comment.is_public:
        return Reason.NOT_PUBLIC
    return Reason.ALREADY_OFF_TOPIC if comment.off_topic else None


def why_not_mark_on_topic(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    return None if comment.off_topic else Reason.NOT_OFF_TOPIC


def why_not_redact(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """Whether somebody may take personal data out of another's public comment, or of one that waits."""
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    return None if comment.status in {Status.PUBLISHED, Status.HELD} else Reason.NOT_PUBLIC


def why_not_pin(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """Setting a comment apart: moderators do not so honour their own words."""
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    if not comment.is_public:
        return Reason.NOT_PUBLIC
    return Reason.ALREADY_PINNED if comment.is_pinned else None


def why_not_unpin(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    return None if comment.is_pinned else Reason.NOT_PINNED


def why_not_lock(person: Viewer, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if thread.is_locked:
        return Reason.ALREADY_LOCKED
    return None


def why_not_unlock(person: Viewer, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if not thread.is_locked:
        return Reason.NOT_LOCKED
    return None


def why_not_hide_version(
    person: Viewer, comment: Comment, thread: Thread, *, is_current: bool, is_hidden: bool
) -> Reason | None:
    """Why this person may not hide this version. The current one cannot be hidden: its comment can be removed."""
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    if is_current:
        return Reason.CURRENT_VERSION
    return Reason.ALREADY_HIDDEN if is_hidden else None


def why_not_show_version(person: Viewer, comment: Comment, thread: Thread, *, is_hidden: bool) -> Reason | None:
    if (no := _why_not_decide(person, comment, thread)) is not None:
        return no
    return None if is_hidden else Reason.NOT_HIDDEN


def sees_hidden_texts(person: Viewer, comment: Comment, theme: Theme) -> bool:
    """Whether somebody reads what is hidden of a comment: its author and the moderators do."""
    return comment.author_id == person.pk or may_moderate(person, theme)


def _why_not_decide(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    return None
