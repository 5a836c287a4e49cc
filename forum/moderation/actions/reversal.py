"""What goes with taking a decision back, whichever way: its appeal is answered by it, and its flags wait again."""

from __future__ import annotations

from forum.kernel import realtime
from forum.kernel.choices import Outcome
from forum.models import Appeal, LogEntry
from forum.moderation.actions.flags import reopen_flag_case


def settle_reversal(entry: LogEntry) -> LogEntry:
    """Settles what hung on the decision that this entry takes back, if it takes one back; returns the entry.

    To be called in the transaction of the act, under its thread's lock. Whoever had appealed is told by the entry
    itself and by nothing beside it.
    """
    if entry.undoes is None:
        return entry
    reopen_flag_case(entry.undoes)
    waiting = Appeal.objects.waiting().filter(entry=entry.undoes)
    if waiting.update(
        outcome=Outcome.TAKEN_BACK, decided_at=entry.created_at, decided_by=entry.actor, answer=entry.reason
    ):
        realtime.desk_changed(entry.event_id)
    return entry
