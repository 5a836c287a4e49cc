"""What becomes of a flag case when the comment itself goes."""

from __future__ import annotations

from datetime import datetime

from forum.dialogue.actions import notifications
from forum.kernel.choices import FlagOutcome
from forum.models import Comment, FlagCase


def close_flag_case_on_withdrawal(comment: Comment, *, now: datetime) -> None:
    """An author who withdraws a flagged comment ends its case; who had flagged it is told, and nothing said of them."""
    case = FlagCase.objects.filter(comment=comment, closed_at=None).first()
    if case is None:
        return
    FlagCase.objects.filter(pk=case.pk).update(closed_at=now, outcome=FlagOutcome.WITHDRAWN)
    people = case.flags.order_by().values_list("person_id", flat=True)
    notifications.flagged_withdrawn(comment, people, now=now)
