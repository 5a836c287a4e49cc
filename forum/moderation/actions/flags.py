"""Flags on comments: set, taken back, and closed by what a moderator decides."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions import log, notifications, outgoing_mail
from forum.dialogue.actions.flag_cases import flags_reviewed
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.actions.status import hold_comment
from forum.kernel.choices import Act, FlagKind, HoldKind
from forum.kernel.errors import refuse_if
from forum.kernel.holds import HoldReason
from forum.kernel.queues import QueueKind
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, Flag, FlagCase, LogEntry, Thread
from forum.moderation.actions.decisions import DecisionContext, idempotent, lock_to_decide
from forum.moderation.rules.flags import (
    OUTCOMES,
    enough_for,
    holds,
    is_spared,
    weight_in,
    why_not_flag,
    why_not_keep,
    why_not_take_back,
)


@in_one_transaction
def flag_comment(comment: Comment, *, by: Person, kind: FlagKind, note: str, now: datetime) -> FlagCase:
    """Tells the moderators that something is wrong with a comment; with enough others that holds it at once.

    Raises Refused.
    """
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_flag(by, fresh, thread))
    # Under the thread's lock nobody else opens one; if all the same somebody did, the database refuses the second.
    case, _ = FlagCase.objects.get_or_create(comment=fresh, closed_at=None, defaults={"opened_at": now})
    weight = weight_in(by, thread.theme.event_id)
    Flag.objects.create(case=case, person=by, kind=kind, note=note, weight=weight, created_at=now)
    is_held = case.held_at is None and not is_spared(fresh, thread) and _hold_if_enough(case, fresh, thread, now)
    queue = QueueKind.HELD if is_held else QueueKind.FLAGGED
    notifications.to_review(queue, fresh, thread, now=now, by=by)
    return case


@in_one_transaction
def take_back_flag(comment: Comment, *, by: Viewer) -> None:
    """Takes a flag back about which nobody has decided; what flags have held stays held. Raises Refused."""
    thread, fresh = lock_with_thread(comment.pk)
    refuse_if(why_not_take_back(by, fresh))
    Flag.objects.filter(person=logged_in(by), case__comment=fresh, case__closed_at=None).delete()
    FlagCase.objects.filter(comment=fresh, closed_at=None, held_at=None, flags=None).delete()
    flags_reviewed(thread.theme.event_id)


@idempotent
@in_one_transaction
def dismiss_case(
    comment: Comment, *, by: Person, reason: str, now: datetime, seen: str | None, article: Article | None = None
) -> LogEntry:
    """Decides that a flagged comment stays as it is; whoever flagged it is told. Raises Refused."""
    context = DecisionContext(by, reason, now, seen, article)
    thread, fresh = lock_to_decide(comment.pk, context, why_not_keep, Act.KEEP)
    since = FlagCase.objects.get(comment=fresh, closed_at=None).opened_at
    return close_flag_case(context.record(Act.KEEP, thread, fresh, since=since))


def close_flag_case(entry: LogEntry) -> LogEntry:
    """Closes the open case of a comment with what a moderator decided about it, and tells who had flagged it.

    To be called in the transaction of that decision, under its thread's lock; returns the entry. One query if there is
    no case, none for acts that say nothing about flags.
    """
    outcome = OUTCOMES.get(Act(entry.act))
    case = FlagCase.objects.filter(comment=entry.comment_id, closed_at=None).first() if outcome else None
    if case is not None:
        FlagCase.objects.filter(pk=case.pk).update(closed_at=entry.created_at, outcome=outcome, entry=entry)
        notifications.flags_decided(entry, case.flags.order_by().values_list("person_id", flat=True))
        flags_reviewed(entry.event_id)
    return entry


def reopen_flag_case(entry: LogEntry) -> None:
    """Opens the case again that a decision had closed, when that is undone. One query if it had closed none.

    One that was opened since takes its flags over: who set them learns of the next decision, too.
    """
    closed = FlagCase.objects.filter(entry=entry).first()
    if closed is None:
        return
    other = FlagCase.objects.filter(comment=closed.comment_id, closed_at=None).first()
    if other is None:
        FlagCase.objects.filter(pk=closed.pk).update(closed_at=None, outcome="", entry=None)
        return
    closed.flags.exclude(person__in=other.flags.values("person")).update(case=other)
    FlagCase.objects.filter(pk=other.pk).update(opened_at=closed.opened_at, held_at=other.held_at or closed.held_at)
    closed.delete()


def _hold_if_enough(case: FlagCase, comment: Comment, thread: Thread, now: datetime) -> bool:
    """Whether the flags hold the comment, which this does then."""
    flags = list(case.flags.order_by("pk"))
    if not holds([each.weight for each in flags], enough_for(thread.theme.event)):
        return False
    kinds = [kind.value for kind in FlagKind if any(each.kind == kind for each in flags)]
    reason: HoldReason = {"kind": HoldKind.FLAGGED.value, "words": kinds, "number": len(flags), "limit": 0}
    FlagCase.objects.filter(pk=case.pk).update(held_at=now)
    log.record(Act.FLAG_HOLD, thread, by=None, reason="", now=now, comment=comment, since=case.opened_at)
    outgoing_mail.queue_held(comment, comment.author, now=now)
    hold_comment(comment, thread, since=now, reasons=[reason])
    return True
