"""May this decision be taken back? None (yes) or the Reason for no."""

from typing import Any

from forum.choices import Act, Status
from forum.models import LogEntry
from forum.reasons import Reason
from forum.rules.roles import may_moderate

# How a decision left the comment: it can be undone as long as that is still so.
LEFT = {
    Act.APPROVE: Status.PUBLISHED,
    Act.TRUST: Status.PUBLISHED,
    Act.REVISE: Status.REVISION,
    Act.REJECT: Status.REJECTED,
    Act.REMOVE: Status.REMOVED,
}
OF_STATE = {Act.OFF_TOPIC, Act.PIN, Act.LOCK, Act.REDACT}
CAN_BE_UNDONE = set(LEFT) | OF_STATE


def why_not_undo(person: Any, entry: LogEntry) -> Reason | None:
    """Whoever may decide there may take back a decision, a colleague's too; nobody does so about their own words."""
    if entry.thread is None or entry.act not in CAN_BE_UNDONE:
        return Reason.CANNOT_UNDO
    if not may_moderate(person, entry.thread.theme):
        return Reason.NOT_MODERATOR
    if entry.comment is not None and entry.comment.author_id == person.pk:
        return Reason.OWN_COMMENT
    if hasattr(entry, "undone_by"):
        return Reason.UNDONE_ALREADY
    return None if is_as_left(entry) else Reason.CHANGED_SINCE


def is_as_left(entry: LogEntry) -> bool:
    """Whether things are still as a decision left them."""
    comment, thread = entry.comment, entry.thread
    if entry.act == Act.LOCK:
        return bool(thread and thread.is_locked)
    if comment is None:
        return False
    match entry.act:
        case Act.OFF_TOPIC:
            return bool(comment.off_topic)
        case Act.PIN:
            return comment.is_pinned
        case Act.REDACT:
            return comment.is_public and bool(
                comment.version and entry.version and comment.version.number == entry.version.number + 1
            )
    return bool(comment.status == LEFT[Act(entry.act)])
