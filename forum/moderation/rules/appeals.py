"""Who may appeal a decision, and who may decide an appeal. None if allowed, otherwise the Reason."""

from accounts.models import Viewer
from forum.events.rules.roles import may_moderate, moderates_any
from forum.kernel.choices import APPEALABLE
from forum.kernel.reasons import Reason
from forum.models import Appeal, Comment, LogEntry, Thread


def decision_to_appeal(comment_id: int) -> LogEntry | None:
    """The decision in force about a comment: the newest without an appeal, else the newest. One query.

    Several can be in force at once: a comment that is marked as off topic can also lose personal data.
    """
    decisions = LogEntry.objects.effective().filter(comment=comment_id, act__in=APPEALABLE).order_by("-pk")
    effective = list(decisions.select_related("comment", "appeal"))
    not_appealed = [entry for entry in effective if not hasattr(entry, "appeal")]
    return next(iter([*not_appealed, *effective]), None)


def why_not_see_appeals(person: Viewer, event_id: int) -> Reason | None:
    """Whether somebody may see an event's appeals: its moderators, and authors who have appealed there.

    At most one query, none for moderators.
    """
    if moderates_any(person, event_id):
        return None
    has_appealed = person.is_authenticated and Appeal.objects.filter(author=person, entry__event=event_id).exists()
    return None if has_appealed else Reason.NOT_MODERATOR


def why_not_appeal(person: Viewer, entry: LogEntry | None) -> Reason | None:
    """Whether somebody may appeal a decision about a comment; `entry` is what decision_to_appeal found."""
    if not person.is_authenticated:
        return Reason.LOGIN_FOR_APPEAL
    if entry is None or entry.comment is None:
        return Reason.NOTHING_TO_APPEAL
    if entry.comment.author_id != person.pk:
        return Reason.NOT_YOURS
    return Reason.APPEALED_ALREADY if hasattr(entry, "appeal") else None


def why_not_appeal_decision(person: Viewer, entry: LogEntry) -> Reason | None:
    """Whether this person may appeal this particular decision. One query."""
    if hasattr(entry, "appeal"):
        return Reason.APPEALED_ALREADY
    now = decision_to_appeal(entry.comment_id or 0)
    if now is None or now.pk == entry.pk:
        return why_not_appeal(person, now)
    return Reason.NOTHING_TO_APPEAL if hasattr(now, "appeal") else Reason.OTHER_DECISION


def why_not_decide_appeal(person: Viewer, appeal: Appeal, comment: Comment, thread: Thread) -> Reason | None:
    """Whether somebody may decide an appeal: never its author, and the moderator who took the decision only if nobody
    else can. At most two queries."""
    if not may_moderate(person, thread.theme):
        return Reason.NOT_MODERATOR
    if person.pk in {appeal.author_id, comment.author_id}:
        return Reason.OWN_COMMENT
    if appeal.decided_at is not None:
        return Reason.APPEAL_DECIDED
    if appeal.entry.actor_id == person.pk and can_others_decide(appeal):
        return Reason.OWN_DECISION
    return None


def can_others_decide(appeal: Appeal) -> bool:
    """Whether anyone other than the moderator who took the decision can decide this appeal. One query."""
    return Appeal.objects.filter(pk=appeal.pk).decidable_by_others().exists()
