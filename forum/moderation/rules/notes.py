"""May this person say something at the head of a thread? None (yes) or the Reason for no."""

from accounts.models import Viewer
from forum.events.rules.roles import may_moderate, may_organise
from forum.kernel.choices import RoleKind
from forum.kernel.reasons import Reason
from forum.models import Theme, Thread


def why_not_note(person: Viewer, thread: Thread) -> Reason | None:
    return None if may_moderate(person, thread.theme) else Reason.NOT_MODERATOR


def why_not_remove_note(person: Viewer, thread: Thread, *, has_note: bool = True) -> Reason | None:
    if (no := why_not_note(person, thread)) is not None:
        return no
    return None if has_note else Reason.NO_NOTE


def role_shown(person: Viewer, theme: Theme) -> RoleKind:
    """As what somebody signs who decides here: readers learn the role, not the name."""
    return RoleKind.ORGANISER if may_organise(person, theme.event_id) else RoleKind.MODERATOR
