"""What goes with taking a decision back, whichever way: its appeal is answered by it, and its flags wait again."""

from __future__ import annotations

from forum.dialogue.actions import notifications
from forum.kernel.choices import Outcome
from forum.kernel.queues import QueueKind
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
        appeals_reviewed(entry.event_id)
    return entry


def appeals_reviewed(event_id: int) -> None:
    """To be called when an appeal of an event has been decided."""
    waiting = Appeal.objects.waiting().filter(entry__event=event_id)
    notifications.reviewed(QueueKind.APPEALED, event_id, waiting)
