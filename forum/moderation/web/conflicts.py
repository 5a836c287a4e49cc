"""What became of a comment since a moderator had it before them."""

from __future__ import annotations

from typing import Any

from forum.dialogue import fragments
from forum.dialogue.queries import versions
from forum.dialogue.rules.moderation import version_of_token
from forum.kernel.reasons import Reason

# The decision was about something else than what is there now: it is read again, and what was typed stays.
STALE = {
    Reason.CHANGED_MEANWHILE,
    Reason.EDITED_MEANWHILE,
    Reason.DECIDED_MEANWHILE,
    Reason.WITHDRAWN_MEANWHILE,
    Reason.NOT_SAID_WHAT_WAS_SEEN,
}


def changes_html(comment: Any, seen: str) -> str:
    """The difference between the text that somebody had seen and the present one, "" if there is none."""
    return changes_since(comment, version_of_token(seen)) if seen else ""


def changes_since(comment: Any, version_id: int) -> str:
    pair = versions.since(comment, version_id)
    return fragments.changes_html(*pair) if pair else ""
