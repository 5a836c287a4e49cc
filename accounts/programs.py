"""Telling programs from people by how they fill in a form: a field that nobody sees, and the time it took.

Neither needs a script, and neither is a riddle: whoever reads or types by other means than eyes and hands is not asked
for anything.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

HONEYPOT_FIELD = "homepage"  # the field that components/trap.html keeps out of sight and out of reach of the keyboard
OPENED = "opened"  # the field that says, signed, when the form was opened
signer = Signer(salt="parley.opened")


def sign_opening_time(at: datetime) -> str:
    """The time a form was opened, signed, in milliseconds."""
    return signer.sign(str(int(at.timestamp() * 1000)))


def time_taken(mark: str, *, now: datetime) -> timedelta | None:
    """How long somebody had the form that brings this mark; None if it is none of ours."""
    try:
        return now - datetime.fromtimestamp(int(signer.unsign(mark)) / 1000, UTC)
    except (BadSignature, ValueError):
        return None
