"""May this decision be taken back? None (yes) or the Reason for no."""

from collections.abc import Collection

from accounts.models import Viewer
from forum.dialogue.models.log import DECISION_SUBJECTS
from forum.dialogue.rules.sanctions import why_not_decide_about_person
from forum.events.rules.roles import may_moderate
from forum.kernel.choices import Act
from forum.kernel.reasons import Reason
from forum.models import Comment, LogEntry, Thread

CAN_BE_UNDONE = {act for subject in DECISION_SUBJECTS for act in subject.decided}


def why_not_undo(person: Viewer, entry: LogEntry) -> Reason | None:
    """Whoever decides where it stands now may take back what is in force, a colleague's too; nobody does so about their
    own words. The entry is one of with_case()."""
    theme = entry.theme_now
    if theme is None or entry.act not in CAN_BE_UNDONE:
        return Reason.CANNOT_UNDO
    if not may_moderate(person, theme):
        return Reason.NOT_MODERATOR
    if entry.comment is not None and entry.comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    if hasattr(entry, "undone_by"):
        return Reason.UNDONE_ALREADY
    return None if entry.is_effective else Reason.CHANGED_SINCE


def why_not_undo_together(person: Viewer, entries: Collection[LogEntry]) -> Reason | None:
    """The same about everything that was decided as one: some of it must be somebody's to take back.

    What was removed of one person comes back as a whole or not at all, by whoever may decide about them.
    """
    reasons = [why_not_undo(person, entry) for entry in entries if entry.act in CAN_BE_UNDONE]
    cleared = next((entry for entry in entries if entry.act == Act.BULK_REMOVE), None)
    if cleared is None or hasattr(cleared, "undone_by"):
        return None if None in reasons else next(iter(reasons), Reason.CANNOT_UNDO)
    assert cleared.person is not None
    if (no := why_not_decide_about_person(person, cleared.person, cleared.event_id)) is not None:
        return no
    effective = [why_not_undo(person, entry) for entry in entries if entry.is_effective]
    return next(filter(None, effective), None) if effective else Reason.NOTHING_TO_RESTORE


def effective_decision(act: Act, target: Comment | Thread) -> LogEntry | None:
    """The decision of this kind that is in force about a comment or a thread. One query."""
    decisions = LogEntry.objects.effective().filter(act=act).order_by("-pk")
    if isinstance(target, Thread):
        return decisions.filter(thread=target).first()
    return decisions.filter(comment=target).first()
