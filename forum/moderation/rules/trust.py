"""Who may end it that an author's comments pass. None (yes) or the Reason for no."""

from __future__ import annotations

from accounts.models import Viewer
from forum.dialogue.rules.sanctions import why_not_decide_about_person
from forum.events.rules.roles import moderates
from forum.kernel.reasons import Reason
from forum.models import Trust


def why_not_end_trust(person: Viewer, trust: Trust) -> Reason | None:
    """Whoever could give it may end it: in a theme its moderators, in the whole event those of the event."""
    if (no := why_not_decide_about_person(person, trust.person, trust.event_id)) is not None:
        return no
    return None if moderates(person, trust.event_id, trust.theme_id) else Reason.NOT_MODERATOR
