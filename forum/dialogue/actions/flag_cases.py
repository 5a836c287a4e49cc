"""What becomes of a flag case when the comment itself goes."""

from __future__ import annotations

from datetime import datetime

from forum.dialogue.actions import notifications
from forum.kernel.choices import FlagOutcome, Status
from forum.kernel.queues import QueueKind
from forum.models import Comment, FlagCase, Thread


def close_flag_case_on_withdrawal(comment: Comment, thread: Thread, *, now: datetime) -> None:
    """An author who withdraws a flagged comment ends its case; who had flagged it is told, and nothing said of them."""
    case = FlagCase.objects.filter(comment=comment, closed_at=None).first()
    if case is None:
        return
    FlagCase.objects.filter(pk=case.pk).update(closed_at=now, outcome=FlagOutcome.WITHDRAWN)
    people = case.flags.order_by().values_list("person_id", flat=True)
    notifications.flagged_withdrawn(comment, people, now=now)
    flags_reviewed(thread.theme.event_id)


def flags_reviewed(event_id: int) -> None:
    """To be called when flags of an event have been decided, or are there no more. One statement."""
    waiting = FlagCase.objects.filter(closed_at=None, comment__status=Status.PUBLISHED, comment__theme__event=event_id)
    notifications.reviewed(QueueKind.FLAGGED, event_id, waiting)
