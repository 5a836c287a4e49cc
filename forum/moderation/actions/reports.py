"""Reports of illegal content: taken in from anybody, and answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from accounts.models import Person
from forum.dialogue.actions import log, notifications, outgoing_mail
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.actions.status import change_status
from forum.dialogue.rules.moderation import why_not_in_state
from forum.kernel.choices import REPORTER_KEPT, Act, Decision, ReportOutcome, Status
from forum.kernel.errors import refuse_if
from forum.kernel.queues import QueueKind
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, IllegalReport, OutgoingMail, Thread
from forum.moderation.actions.flags import close_flag_case
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.rules.reports import why_not_decide_report, why_not_report


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody says in a report, and who they say they are."""

    explanation: str
    ground: str = ""
    country: str = ""
    is_child_abuse: bool = False
    name: str = ""
    email: str = ""


@in_one_transaction
def report_comment(
    comment: Comment, notice: Notice, *, key: str, now: datetime, confirms: bool = True
) -> IllegalReport:
    """Takes in a report about the text that is public now; the same key answers with the first. Raises Refused.

    Whoever sent it gets an email that it arrived, unless it `confirms` nothing: what was decided is told all the
    same.
    """
    if (first := IllegalReport.objects.filter(key=key).first()) is not None:
        return first
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_report(fresh))
    report = IllegalReport.objects.create(
        comment=fresh,
        version=fresh.current_version,
        secret=token_urlsafe(32),
        key=key,
        created_at=now,
        explanation=notice.explanation,
        ground=notice.ground,
        country=notice.country,
        is_child_abuse=notice.is_child_abuse,
        name=notice.name,
        email=notice.email,
    )
    if confirms:
        outgoing_mail.queue_report(report, now=now)
    notifications.to_review(QueueKind.REPORTED, fresh, thread, now=now)
    return report


@in_one_transaction
def decide_report(
    report: IllegalReport,
    *,
    by: Person,
    outcome: ReportOutcome,
    statement: str,
    reason: str,
    now: datetime,
    seen: str | None,
    article: Article | None = None,
) -> IllegalReport:
    """Answers a report; if the answer is that the comment goes, it is neither public nor can become so by itself.

    `statement` goes to whoever reported, `reason` is what the comment's author and everybody read. Raises Refused.
    """
    thread, comment = lock_with_thread(report.comment_id)
    fresh = IllegalReport.objects.get(pk=report.pk)
    refuse_if(why_not_decide_report(by, fresh, comment, thread))
    refuse_if(why_not_in_state(comment, seen))
    if outcome == ReportOutcome.REMOVED:
        _take_out(comment, thread, seen=seen, by=by, reason=reason, now=now, article=article)
    else:
        log.record(Act.REPORT_DISMISSED, thread, comment=comment, by=by, reason="", now=now)
    fresh.outcome, fresh.statement, fresh.decided_at, fresh.decided_by = outcome, statement, now, by
    fresh.save(update_fields=["outcome", "statement", "decided_at", "decided_by"])
    outgoing_mail.queue_report(fresh, now=now)
    waiting = IllegalReport.objects.filter(decided_at=None, comment__theme__event=thread.theme.event_id)
    notifications.reviewed(QueueKind.REPORTED, thread.theme.event_id, waiting)
    return fresh


@in_one_transaction
def forget_reporters(*, now: datetime) -> int:
    """Deletes who sent the reports that were answered long enough ago; returns how many that were."""
    old = IllegalReport.objects.filter(decided_at__lte=now - REPORTER_KEPT).exclude(name="", email="")
    OutgoingMail.objects.filter(report__in=old, sent_at=None).delete()  # it could not be delivered, and has nobody now
    return old.update(name="", email="")


def _take_out(
    comment: Comment,
    thread: Thread,
    *,
    seen: str | None,
    by: Person,
    reason: str,
    now: datetime,
    article: Article | None,
) -> None:
    """Ends what is public, waits, or is with its author to be revised; everything else is gone already."""
    match comment.status:
        case Status.PUBLISHED:
            remove_comment(comment, by=by, reason=reason, now=now, seen=seen, article=article)
        case Status.HELD:
            review_comment(comment, Decision.REJECT, by=by, reason=reason, now=now, seen=seen, article=article)
        case Status.REVISION:
            # No moderator is asked about it until its author has edited it, so there is no hold to decide.
            change_status(comment, thread, Status.REJECTED, reason=reason)
            entry = log.record(Act.REJECT, thread, comment=comment, by=by, reason=reason, now=now, article=article)
            close_flag_case(entry)
