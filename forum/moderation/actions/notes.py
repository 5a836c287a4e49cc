"""The moderators' note at the head of a thread."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from forum.dialogue.actions import log
from forum.dialogue.actions.lockables import target_changed
from forum.dialogue.actions.locking import lock_thread_row
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import HEAD_NOTE_LENGTH, Act
from forum.kernel.errors import TextRefused
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import Rendered, render
from forum.models import Article, LogEntry, Note, Thread
from forum.moderation.actions.decisions import TargetDecision, idempotent
from forum.moderation.rules.notes import role_shown, why_not_note, why_not_remove_note


def write_note(
    thread: Thread,
    *,
    source: str,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Sets the note at the head of a thread, in place of the one before. Raises Refused and TextRefused."""
    if len(source) > HEAD_NOTE_LENGTH:
        raise TextRefused(
            _("A note can have at most %(limit)s characters. Please shorten it.") % {"limit": HEAD_NOTE_LENGTH}
        )
    decision = TargetDecision(Act.NOTE, by, reason, article, seen)
    return _write_note(thread.pk, source, render(source), decision, now)


@idempotent
@in_one_transaction
def _write_note(thread_id: int, source: str, rendered: Rendered, decision: TargetDecision, now: datetime) -> LogEntry:
    thread, by = lock_thread_row(thread_id), decision.by
    is_done = Note.objects.filter(thread=thread, source=source).exists()
    decision.ensure_current(thread, why_not_note(by, thread), is_done=is_done)
    Note.objects.update_or_create(
        thread=thread,
        defaults={
            "source": source,
            "html": rendered.html,
            "role": role_shown(by, thread.theme),
            "written_at": now,
        },
    )
    target_changed(thread)
    return log.record(Act.NOTE, thread, by=by, reason=decision.reason, now=now, article=decision.article)


@idempotent
@in_one_transaction
def remove_note(
    thread: Thread,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Takes the note away. Raises Refused."""
    fresh = lock_thread_row(thread.pk)
    notes = Note.objects.filter(thread=fresh)
    has_note = notes.exists()
    decision = TargetDecision(Act.REMOVE_NOTE, by, reason, article, seen)
    decision.ensure_current(fresh, why_not_remove_note(by, fresh, has_note=has_note), is_done=not has_note)
    notes.delete()
    target_changed(fresh)
    return log.record(Act.REMOVE_NOTE, fresh, by=by, reason=reason, now=now, article=article)
