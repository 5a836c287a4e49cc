"""Reports of illegal content: taken in from anybody, and answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from forum.actions import letters
from forum.actions.judging import reject_comment
from forum.actions.locking import lock_with_thread
from forum.actions.moderation import remove_comment
from forum.actions.transactions import in_one_transaction
from forum.choices import ReportOutcome, Status
from forum.errors import refuse_if
from forum.models import Article, Comment, IllegalReport
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
def report_comment(comment: Comment, notice: Notice, *, key: str, now: datetime) -> IllegalReport:
    """Takes in a report about the text that is public now, and owes its author a letter; the same key answers with
    the first. Raises Refused."""
    if (first := IllegalReport.objects.filter(key=key).first()) is not None:
        return first
    _, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_report(fresh))
    report = IllegalReport.objects.create(
        comment=fresh, version=fresh.version, secret=token_urlsafe(32), key=key, created_at=now, **asdict(notice)
    )
    letters.about_report(report, now=now)
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
    """Answers a report, and takes the comment out of public sight if that is the answer and it is there still.

    `statement` goes to whoever reported, `reason` is what the comment's author and everybody read. Raises Refused.
    """
    thread, comment = lock_with_thread(report.comment_id)
    fresh = IllegalReport.objects.get(pk=report.pk)
    refuse_if(why_not_decide_report(by, fresh, comment, thread))
    refuse_if(why_not_as_seen(comment, seen))
    if outcome == ReportOutcome.REMOVED and comment.is_public:
        remove_comment(comment, by=by, reason=reason, now=now, seen=seen, article=article)
    if outcome == ReportOutcome.REMOVED and comment.status == Status.HELD:
        reject_comment(comment, by=by, reason=reason, now=now, seen=seen, article=article)
    fresh.outcome, fresh.statement, fresh.decided_at, fresh.decided_by = outcome, statement, now, by
    fresh.save(update_fields=["outcome", "statement", "decided_at", "decided_by"])
    letters.about_report(fresh, now=now)
    return fresh
