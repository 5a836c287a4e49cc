"""Reports of illegal content: taken in from anybody, and answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from forum.actions import letters, log, tell
from forum.actions.flags import close_case_with
from forum.actions.judging import judge_comment
from forum.actions.locking import lock_with_thread
from forum.actions.moderation import remove_comment
from forum.actions.standing import change_status
from forum.actions.transactions import in_one_transaction
from forum.choices import REPORTER_KEPT, Act, Decision, ReportOutcome, Status
from forum.errors import refuse_if
from forum.models import Article, Comment, IllegalReport, Letter, Thread
from forum.rules.moderation import why_not_as_seen
from forum.rules.reports import why_not_decide_report, why_not_report


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

    Whoever sent it is owed a letter that it arrived, unless it `confirms` nothing: what was decided is told all the
    same.
    """
    if (first := IllegalReport.objects.filter(key=key).first()) is not None:
        return first
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_report(fresh))
    report = IllegalReport.objects.create(
        comment=fresh, version=fresh.version, secret=token_urlsafe(32), key=key, created_at=now, **asdict(notice)
    )
    if confirms:
        letters.about_report(report, now=now)
    tell.desk_changed(thread.theme.event_id)
    return report


@in_one_transaction
def decide_report(
    report: IllegalReport,
    *,
    by: Any,
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
    refuse_if(why_not_as_seen(comment, seen))
    if outcome == ReportOutcome.REMOVED:
        _take_out(comment, thread, seen=seen, by=by, reason=reason, now=now, article=article)
    fresh.outcome, fresh.statement, fresh.decided_at, fresh.decided_by = outcome, statement, now, by
    fresh.save(update_fields=["outcome", "statement", "decided_at", "decided_by"])
    letters.about_report(fresh, now=now)
    tell.desk_changed(thread.theme.event_id)
    return fresh


@in_one_transaction
def forget_reporters(*, now: datetime) -> int:
    """Deletes who sent the reports that were answered long enough ago; returns how many that were."""
    old = IllegalReport.objects.filter(decided_at__lte=now - REPORTER_KEPT).exclude(name="", email="")
    Letter.objects.filter(report__in=old, sent_at=None).delete()  # it could not be delivered, and has nobody now
    return old.update(name="", email="")


def _take_out(comment: Comment, thread: Thread, *, seen: str | None, **how: Any) -> None:
    """Ends what is public, waits, or is with its author to be revised; everything else is gone already."""
    match comment.status:
        case Status.PUBLISHED:
            remove_comment(comment, seen=seen, **how)
        case Status.HELD:
            judge_comment(comment, Decision.REJECT, seen=seen, **how)
        case Status.REVISION:
            # No moderator is asked about it until its author has edited it, so there is no hold to decide.
            change_status(comment, thread, Status.REJECTED, reason=how["reason"])
            close_case_with(log.record(Act.REJECT, thread, comment=comment, **how))
