"""Flags: who may set one, what it weighs, and when flags hold a comment until a moderator has looked."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from accounts.models import Person, Viewer
from forum.dialogue.rules.moderation import why_not_remove
from forum.events.rules.roles import may_moderate
from forum.kernel.choices import Act, FlagOutcome, HoldKind
from forum.kernel.reasons import Reason
from forum.models import Comment, Event, Flag, FlagCase, Thread

ENOUGH = 3.0  # weight that holds a comment, as long as the organisers chose no other: three newcomers
LIGHTEST = 0.2  # even somebody who was always wrong may be right this time
# What a moderator's decision about a flagged comment says of its flags. Others leave them open.
OUTCOMES = {
    Act.REMOVE: FlagOutcome.UPHELD,
    Act.REJECT: FlagOutcome.UPHELD,
    Act.REVISE: FlagOutcome.UPHELD,
    Act.OFF_TOPIC: FlagOutcome.UPHELD,
    Act.REDACT: FlagOutcome.UPHELD,
    Act.APPROVE: FlagOutcome.DISMISSED,
    Act.TRUST: FlagOutcome.DISMISSED,
    Act.KEEP: FlagOutcome.DISMISSED,
    Act.APPEAL_UPHELD: FlagOutcome.DISMISSED,
}


def weight_of(*, upheld: int, decided: int) -> float:
    """What the next flag counts of somebody of whose flags so many were decided and so many of these upheld.

    Twice the share that was upheld, smoothed by one flag upheld of two: 2 × (upheld + 1) ÷ (decided + 2), at least
    LIGHTEST. Newcomers weigh 1; five of five upheld weigh 1.71, none of five 0.29; nobody ever weighs 2.
    """
    return max(LIGHTEST, 2 * (upheld + 1) / (decided + 2))


def weight_in(person: Person, event_id: int) -> float:
    """The same for a person, by their flags in an event so far. One query."""
    decided = Q(case__outcome__in=[FlagOutcome.UPHELD, FlagOutcome.DISMISSED])
    flags = Flag.objects.filter(decided, person=person.pk, case__comment__theme__event=event_id)
    upheld = Count("pk", filter=Q(case__outcome=FlagOutcome.UPHELD))
    counts = flags.aggregate(upheld=upheld, decided=Count("pk"))
    return weight_of(upheld=counts["upheld"], decided=counts["decided"])


def enough_for(event: Event) -> float:
    """The weight of flags that holds a comment in an event; 0 if none does."""
    return float(event.hold_rules.get(HoldKind.FLAGGED, {}).get("number", ENOUGH))


def holds(weights: Iterable[float], enough: float) -> bool:
    """Whether flags of these weights are enough."""
    return 0 < enough <= round(sum(weights), 6)  # rounded: ten tenths are one


def is_spared(comment: Comment, thread: Thread) -> bool:
    """Whether flags alone never hold this comment: a moderator wrote it, or has set it apart."""
    return comment.is_pinned or may_moderate(comment.author, thread.theme)


def why_not_flag(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """Everybody with a confirmed address may, also where the thread is locked or the dialogue closed. One query."""
    if not person.is_authenticated:
        return Reason.LOGIN_FOR_FLAG
    if comment.author_id == person.pk:
        return Reason.OWN_FLAG
    if not comment.is_public:
        return Reason.NOT_PUBLIC
    if not person.is_verified:
        return Reason.NOT_VERIFIED
    case = FlagCase.objects.filter(comment=comment.pk, flags__person=person.pk).order_by("-pk").first()
    if case is None:
        return None
    if case.closed_at is None:
        return Reason.FLAGGED_ALREADY
    is_as_it_was = comment.edited_at is None or comment.edited_at <= case.closed_at
    return Reason.KEPT_ALREADY if case.outcome == FlagOutcome.DISMISSED and is_as_it_was else None


def why_not_take_back(person: Viewer, comment: Comment) -> Reason | None:
    """Whether somebody has a flag on this comment that nobody has decided about. One query."""
    if not person.is_authenticated:
        return Reason.LOGIN_FOR_FLAG
    mine = Flag.objects.filter(person=person.pk, case__comment=comment.pk, case__closed_at=None)
    return None if mine.exists() else Reason.NO_FLAG_OF_YOURS


def why_not_keep(person: Viewer, comment: Comment, thread: Thread) -> Reason | None:
    """Whether somebody may decide that a flagged public comment stays: whoever could remove it."""
    if (no := why_not_remove(person, comment, thread)) is not None:
        return no
    is_open = FlagCase.objects.filter(comment=comment.pk, closed_at=None).exists()
    return None if is_open else Reason.NOT_FLAGGED
