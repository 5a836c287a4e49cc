"""Appealing a decision, once; and deciding the appeal, by another moderator where there is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Person
from forum.dialogue.actions import log, notifications, outgoing_mail
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.rules.moderation import why_not_in_state
from forum.kernel.choices import Act, Outcome
from forum.kernel.errors import refuse_if
from forum.kernel.queues import QueueKind
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Appeal, Comment, LogEntry, Thread
from forum.moderation.actions.flags import close_flag_case
from forum.moderation.actions.reversal import appeals_reviewed, settle_reversal
from forum.moderation.actions.review import publish
from forum.moderation.actions.undoing import undo
from forum.moderation.rules.appeals import can_others_decide, decision_to_appeal, why_not_appeal, why_not_decide_appeal
from forum.moderation.rules.undoing import why_not_undo

RECORDED = {Outcome.TAKEN_BACK: Act.APPEAL_UPHELD, Outcome.STANDS: Act.APPEAL_DENIED}


@in_one_transaction
def appeal(comment: Comment, *, by: Person, text: str, about: int, now: datetime) -> Appeal:
    """Answers the decision about a comment that its author has read. Sent twice, it is one. Raises Refused."""
    thread, fresh = lock_with_thread(comment.pk)
    if (known := Appeal.objects.filter(entry=about, author=by.pk, text=text).first()) is not None:
        return known
    entry: Any = decision_to_appeal(fresh.pk)
    refuse_if(why_not_appeal(by, entry))
    refuse_if(Reason.OTHER_DECISION if entry.pk != about else None)
    case = Appeal.objects.create(entry=entry, author=by, text=text, created_at=now)
    decider = entry.actor if can_others_decide(case) else None  # who decided decides again only if nobody else can
    notifications.to_review(QueueKind.APPEALED, fresh, thread, now=now, by=decider)
    return case


def decide_appeal(case: Appeal, *, outcome: Outcome, by: Person, answer: str, seen: str, now: datetime) -> LogEntry:
    """Lets a decision stand or takes it back, about a comment as it was seen; its author is told. Raises Refused."""
    return _decide(case.pk, case.entry.comment_id or 0, outcome, by, answer, seen, now)


@in_one_transaction
def _decide(
    case_id: int, comment_id: int, outcome: Outcome, by: Person, answer: str, seen: str, now: datetime
) -> LogEntry:
    thread, fresh = lock_with_thread(comment_id)
    # Read after the lock: a colleague may have decided meanwhile.
    case: Any = Appeal.objects.select_related("entry__article").get(pk=case_id)
    refuse_if(why_not_decide_appeal(by, case, fresh, thread))
    refuse_if(why_not_in_state(fresh, seen))
    Appeal.objects.filter(pk=case.pk).update(decided_at=now, decided_by=by, outcome=outcome, answer=answer)
    if outcome is Outcome.TAKEN_BACK:
        _take_back(case.entry_id, fresh, thread, by, answer, now)
    appeals_reviewed(thread.theme.event_id)
    entry = log.record(
        RECORDED[outcome],
        thread,
        by=by,
        reason=answer,
        now=now,
        comment=fresh,
        article=case.entry.article,
        since=case.created_at,
    )
    return close_flag_case(entry)


def _take_back(entry_id: int, comment: Comment, thread: Thread, by: Person, reason: str, now: datetime) -> None:
    """Undoes a decision as from the log; but what was not published is published, and does not wait once more.

    Its author hears of the appeal's outcome, and not of this act beside it.
    """
    entry = LogEntry.objects.with_case().get(pk=entry_id)
    if entry.act == Act.REJECT:
        refuse_if(why_not_undo(by, entry))
        publish(comment, thread, now=now)
        settle_reversal(
            log.record(Act.APPROVE, thread, by=by, reason=reason, now=now, comment=comment, undoes=entry, tells=False)
        )
        return
    done = undo(entry, by=by, reason=reason, now=now)
    outgoing_mail.take_back(done)
    notifications.take_back(done)
