"""May this person speak here, now? Each answer is None (yes) or the Reason for no."""

from datetime import datetime

from accounts.models import Viewer
from forum.dialogue.rules.plans import is_closed_as_planned
from forum.dialogue.rules.sanctions import why_not_within_pace_limit, why_not_write
from forum.kernel.choices import EDIT_WINDOW, Status
from forum.kernel.reasons import Reason
from forum.models import Comment, Theme, Thread

THEIRS = (Status.PUBLISHED, Status.HELD, Status.REVISION)  # what authors can still change or take back


def why_not_speak(person: Viewer, theme: Theme, *, now: datetime) -> Reason | None:
    """What every contribution to an event's dialogue needs."""
    event = theme.event
    if not person.is_authenticated:
        return Reason.LOGIN_NEEDED
    if now < event.opens_at:
        return Reason.NOT_OPEN_YET
    if event.closes_at and now >= event.closes_at:
        return Reason.DIALOGUE_CLOSED
    if not person.is_verified:
        return Reason.NOT_VERIFIED
    return why_not_write(person, theme, now=now)


def why_not_comment(person: Viewer, theme: Theme, *, now: datetime) -> Reason | None:
    """The same for one more comment."""
    if (no := why_not_speak(person, theme, now=now)) is not None:
        return no
    return why_not_within_pace_limit(person, theme.event_id, now=now)


def why_not_open_thread(person: Viewer, theme: Theme, *, now: datetime) -> Reason | None:
    if (no := why_not_in_theme(theme, now=now)) is not None:
        return no
    return why_not_comment(person, theme, now=now)


def why_not_in_theme(theme: Theme, *, now: datetime) -> Reason | None:
    """Whether anything can be added or changed under a theme, by anybody."""
    return Reason.THEME_LOCKED if theme.is_locked or is_closed_as_planned(theme, now=now) else None


def why_not_in_thread(thread: Thread, *, now: datetime) -> Reason | None:
    """The same in a thread. A plan holds from its time on, even if what carries it out is late."""
    if thread.is_locked:
        return Reason.THREAD_LOCKED
    if is_closed_as_planned(thread, now=now):
        return Reason.THREAD_CLOSED
    return why_not_in_theme(thread.theme, now=now)


def why_not_reply(person: Viewer, parent: Comment, thread: Thread, *, now: datetime) -> Reason | None:
    if (no := why_not_in_thread(thread, now=now)) is not None:
        return no
    if not parent.is_public:
        return Reason.COMMENT_GONE
    return why_not_comment(person, thread.theme, now=now)


def why_not_edit(person: Viewer, comment: Comment, thread: Thread, *, now: datetime) -> Reason | None:
    if (no := why_not_withdraw(person, comment, thread)) is not None:
        return no
    if (no := why_not_in_thread(thread, now=now)) is not None:
        return no
    return why_not_speak(person, thread.theme, now=now)


def why_not_save_edit(person: Viewer, comment: Comment, thread: Thread, *, note: str, now: datetime) -> Reason | None:
    """The same once the new text is there, with or without a note of what changed."""
    if (no := why_not_edit(person, comment, thread, now=now)) is not None:
        return no
    if needs_note(comment, now=now) and not note:
        return Reason.NOTE_NEEDED
    return None


def needs_note(comment: Comment, *, now: datetime) -> bool:
    """Whether readers must be told what an edit changes: by then others may have built on the words."""
    return comment.published_revision is not None and now > comment.created_at + EDIT_WINDOW


def why_not_withdraw(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """Authors may take back their words at any time, except where a moderator has frozen the record."""
    if not person.is_authenticated:
        return Reason.LOGIN_NEEDED
    if comment.author_id != person.pk:
        return Reason.NOT_YOURS
    if comment.status not in THEIRS:
        return Reason.NOT_PUBLIC
    if thread.is_locked:
        return Reason.THREAD_LOCKED
    return Reason.THEME_LOCKED if thread.theme.is_locked else None
