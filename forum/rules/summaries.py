"""May this person write a thread's summary, miss something in it, or answer who does? None (yes) or the Reason."""

from datetime import datetime
from typing import Any

from forum.models import PointRequest, Summary, Thread
from forum.reasons import Reason
from forum.rules.roles import may_summarise
from forum.rules.sanctions import why_not_hurry, why_not_write


def why_not_summarise(person: Any, thread: Thread) -> Reason | None:
    return None if may_summarise(person, thread.theme) else Reason.NOT_RAPPORTEUR


def why_not_ask(person: Any, thread: Thread, *, now: datetime, has_asked: bool = False) -> Reason | None:
    """Whether a reader may say that their point is missing; also when the dialogue is closed or the thread locked.

    Answered, it is public: what keeps somebody from writing a comment keeps them from this, too.
    """
    if not person.is_authenticated:
        return Reason.LOGIN_TO_ASK
    if not person.is_verified:
        return Reason.NOT_VERIFIED
    if (no := why_not_write(person, thread.theme, now=now)) is not None:
        return no
    if (no := why_not_hurry(person, thread.theme.event_id, now=now)) is not None:
        return no
    if thread.summary_id is None:
        return Reason.NO_SUMMARY
    return Reason.ASKED_ALREADY if has_asked else None


def why_not_answer(person: Any, request: PointRequest, thread: Thread) -> Reason | None:
    if (no := why_not_summarise(person, thread)) is not None:
        return no
    if request.person_id == person.pk:
        return Reason.OWN_REQUEST
    return Reason.ANSWERED_ALREADY if request.answered_at else None


def why_not_take_up(person: Any, request: PointRequest, thread: Thread, current: Summary | None) -> Reason | None:
    """Whether the summary as it is now can be the answer: it must have changed since the point was missed."""
    if (no := why_not_answer(person, request, thread)) is not None:
        return no
    changed = current is not None and current.created_at > request.created_at
    return None if changed else Reason.SUMMARY_UNCHANGED
