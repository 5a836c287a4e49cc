"""Taking a decision back: at once from the desk, at any time from the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import log, notifications, outgoing_mail
from forum.dialogue.actions.create import NewText, add_version
from forum.dialogue.actions.locking import lock_thread_row, lock_with_thread
from forum.dialogue.actions.status import hold_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Act
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.queues import QueueKind
from forum.kernel.transactions import in_one_transaction
from forum.markup.mentions import Rendition
from forum.markup.render import render_stored
from forum.models import Comment, CommentVersion, LogEntry, Thread, Trust
from forum.moderation.actions import moderation, off_topic, redaction
from forum.moderation.actions.bulk_removal import bulk_restore
from forum.moderation.actions.reversal import settle_reversal
from forum.moderation.rules.undoing import why_not_undo


def undo(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    """Brings things back to how they were before a decision, which the log then says. Raises Refused.

    If the person concerned has not seen or been sent the decision yet, they hear of neither.
    """
    return _undo(entry.pk, by, reason, now)


def undo_batch(batch: str, *, by: Person, reason: str, now: datetime) -> tuple[int, list[Refused]]:
    """The same for what was decided as one: how many decisions are undone, and why others are not, which stay.

    Comments of one person that were removed as one act come back as one, or none of them; the person is told once.
    """
    cleared = LogEntry.objects.select_related("person").filter(batch=batch, act=Act.BULK_REMOVE).not_reversed().first()
    if cleared is not None:
        try:
            return bulk_restore(cleared, by=by, reason=reason, now=now), []
        except Refused as refusal:
            return 0, [refusal]
    done = 0
    refused: list[Refused] = []
    for pk in LogEntry.objects.filter(batch=batch).order_by("-pk").values_list("pk", flat=True):
        try:
            _undo(pk, by, reason, now)
            done += 1
        except Refused as refusal:
            refused.append(refusal)
    return done, refused


@in_one_transaction
def _undo(entry_id: int, by: Person, reason: str, now: datetime) -> LogEntry:
    known = LogEntry.objects.values("comment_id", "thread_id").get(pk=entry_id)
    if known["comment_id"]:
        lock_with_thread(known["comment_id"])
    elif known["thread_id"]:
        lock_thread_row(known["thread_id"])
    # Read after the lock: a colleague may have undone it, or decided anew.
    entry = LogEntry.objects.with_case().get(pk=entry_id)
    refuse_if(why_not_undo(by, entry))
    undone = BACK[Act(entry.act)](entry, by=by, reason=reason, now=now)
    was_told = outgoing_mail.take_back(entry) | notifications.take_back(entry)
    if not was_told and not hasattr(entry, "appeal"):  # whoever has answered it knows of it
        outgoing_mail.take_back(undone)
        notifications.take_back(undone)
    return undone


def _hold_again(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    thread, fresh = lock_with_thread(entry.comment_id or 0)
    hold_comment(fresh, thread, since=fresh.created_at, reasons=None)
    notifications.to_review(QueueKind.HELD, fresh, thread, now=now, by=by)
    if entry.act == Act.TRUST:
        Trust.objects.filter(event=entry.event_id, person=fresh.author_id, created_at=entry.created_at).delete()
    back = log.record(Act.HOLD_AGAIN, thread, by=by, reason=reason, now=now, comment=fresh, undoes=entry)
    return settle_reversal(back)


# What is undone is as it was left, as the rule of undoing says: no text is asked for besides.
def _restore(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    return moderation.restore_comment(_comment(entry), by=by, reason=reason, now=now, seen=SKIP_CHECK)


def _mark_on_topic(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    return off_topic.mark_on_topic(_comment(entry), by=by, reason=reason, now=now, seen=SKIP_CHECK)


def _unpin(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    return moderation.unpin_comment(_comment(entry), by=by, reason=reason, now=now, seen=SKIP_CHECK)


def _unlock(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    return moderation.unlock_thread(_thread(entry), by=by, reason=reason, now=now)


def _take_redaction_back(entry: LogEntry, *, by: Person, reason: str, now: datetime) -> LogEntry:
    thread, fresh = lock_with_thread(entry.comment_id or 0)
    before = CommentVersion.objects.get(pk=entry.version_id or 0)
    text = NewText(*render_stored(before.source, Rendition(before.html)), redaction.TAKEN_BACK)
    # Older versions stay hidden: an earlier redaction may have hidden them for something else.
    CommentVersion.objects.filter(pk=before.pk).update(is_hidden=False, hidden_reason="")
    add_version(fresh, text, editor=by, now=now, number=fresh.current_version.number + 1)
    redaction.show_text(fresh, thread, now)
    back = log.record(
        Act.SHOW_VERSION, thread, by=by, reason=reason, now=now, comment=fresh, version=before, undoes=entry
    )
    return settle_reversal(back)


def _comment(entry: LogEntry) -> Comment:
    assert entry.comment is not None
    return entry.comment


def _thread(entry: LogEntry) -> Thread:
    assert entry.thread is not None
    return entry.thread


BACK: dict[Act, Callable[..., LogEntry]] = {
    Act.APPROVE: _hold_again,
    Act.TRUST: _hold_again,
    Act.REVISE: _hold_again,
    Act.REJECT: _hold_again,
    Act.REMOVE: _restore,
    Act.OFF_TOPIC: _mark_on_topic,
    Act.PIN: _unpin,
    Act.LOCK: _unlock,
    Act.REDACT: _take_redaction_back,
}
