"""May this person say how they stand to a comment? None (yes) or the Reason for no."""

from datetime import datetime

from accounts.models import Viewer
from forum.dialogue.rules.writing import why_not_in_thread, why_not_speak
from forum.kernel.reasons import Reason
from forum.models import Comment, Thread


def why_not_take_stances(person: Viewer, thread: Thread, *, now: datetime) -> Reason | None:
    """What every stance in this thread needs, taken, changed or taken back."""
    if not thread.theme.takes_stances:
        return Reason.STANCES_OFF
    if (no := why_not_in_thread(thread, now=now)) is not None:
        return no
    if not person.is_authenticated:
        return Reason.LOGIN_FOR_STANCE
    return why_not_speak(person, thread.theme, now=now)


def why_not_take_stance(person: Viewer, comment: Comment, thread: Thread, *, now: datetime) -> Reason | None:
    if (no := why_not_take_stances(person, thread, now=now)) is not None:
        return no
    if not comment.is_public:
        return Reason.NOT_PUBLIC
    if comment.author_id == person.pk:
        return Reason.OWN_STANCE
    return None
