"""Reports of illegal content: what can be reported, and who decides."""

from accounts.models import Viewer
from forum.events.rules.roles import may_moderate
from forum.kernel.choices import Status
from forum.kernel.reasons import Reason
from forum.models import Comment, IllegalReport, Thread

# What an answer to a report can still end: the other states are ends themselves.
TO_END = {Status.PUBLISHED, Status.HELD, Status.REVISION}


def why_not_report(comment: Comment) -> Reason | None:
    """Everybody may report what everybody can read."""
    return None if comment.is_public else Reason.NOT_PUBLIC


def why_not_see_report(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """A report is for the moderators of the theme, never for whoever wrote the comment."""
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    return Reason.OWN_COMMENT if comment.author_id == person.pk else None


def why_not_decide_report(person: Viewer, report: IllegalReport, comment: Comment, thread: Thread) -> Reason | None:
    if (no := why_not_see_report(person, comment, thread)) is not None:
        return no
    return Reason.REPORT_DECIDED if report.decided_at else None
