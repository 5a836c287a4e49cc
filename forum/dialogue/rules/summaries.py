"""May this person write a thread's summary, miss something in it, or answer who does? None (yes) or the Reason."""

from datetime import datetime

from accounts.models import Viewer
from forum.dialogue.rules.sanctions import why_not_within_pace_limit, why_not_write
from forum.events.rules.roles import may_moderate, may_summarise
from forum.kernel.reasons import Reason
from forum.models import PointRequest, Summary, Thread


def why_not_summarise(person: Viewer, thread: Thread) -> Reason | None:
    return None if may_summarise(person, thread.theme) else Reason.NOT_RAPPORTEUR


def why_not_hide_summary(person: Viewer, thread: Thread, *, is_current: bool, is_hidden: bool) -> Reason | None:
    """One earlier version, of one's own, too: what is current is written anew first, and then hidden."""
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if is_current:
        return Reason.CURRENT_VERSION
    return Reason.ALREADY_HIDDEN if is_hidden else None


def why_not_show_summary(person: Viewer, thread: Thread, *, is_hidden: bool) -> Reason | None:
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    return None if is_hidden else Reason.NOT_HIDDEN


def why_not_ask(person: Viewer, thread: Thread, *, now: datetime, has_asked: bool = False) -> Reason | None:
    """Whether a reader may say that their point is missing; also when the dialogue is closed or the thread locked.

    Answered, it is public: what keeps somebody from writing a comment keeps them from this, too.
    """
    if not person.is_authenticated:
        return Reason.LOGIN_TO_ASK
    if not person.is_verified:
        return Reason.NOT_VERIFIED
    if (no := why_not_write(person, thread.theme, now=now)) is not None:
        return no
    if (no := why_not_within_pace_limit(person, thread.theme.event_id, now=now)) is not None:
        return no
    if thread.summary_id is None:
        return Reason.NO_SUMMARY
    return Reason.ASKED_ALREADY if has_asked else None


def why_not_answer(person: Viewer, request: PointRequest, thread: Thread) -> Reason | None:
    if (no := why_not_summarise(person, thread)) is not None:
        return no
    if request.person_id == person.pk:
        return Reason.OWN_REQUEST
    return Reason.ANSWERED_ALREADY if request.answered_at else None


def why_not_withhold(person: Viewer, thread: Thread, *, asker_id: int, is_withheld: bool) -> Reason | None:
    """Whether a request can be answered without showing its words, or no longer show them after it was answered.

    That decides about somebody's words, which rapporteurs do not.
    """
    if (no := why_not_summarise(person, thread)) is not None:
        return no
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if asker_id == person.pk:
        return Reason.OWN_REQUEST
    return Reason.ANSWERED_ALREADY if is_withheld else None


def why_not_take_up(person: Viewer, request: PointRequest, thread: Thread, current: Summary | None) -> Reason | None:
    """Whether the summary as it is now can be the answer: it must have changed since the point was missed."""
    if (no := why_not_answer(person, request, thread)) is not None:
        return no
    changed = current is not None and current.created_at > request.created_at
    return None if changed else Reason.SUMMARY_UNCHANGED
