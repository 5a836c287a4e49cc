"""The moderators' note at the head of a thread."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forum.dialogue.actions import log
from forum.dialogue.actions.lockables import target_changed
from forum.dialogue.actions.locking import lock_thread_row
from forum.kernel.choices import HEAD_NOTE_LENGTH, Act
from forum.kernel.errors import TextRefused, refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import Rendered, render
from forum.models import Article, LogEntry, Note, Thread
from forum.moderation.rules.notes import role_shown, why_not_note, why_not_remove_note


def write_note(
    thread: Thread, *, source: str, by: Any, reason: str, now: datetime, article: Article | None = None
) -> LogEntry:
    """Sets the note at the head of a thread, in place of the one before. Raises Refused and TextRefused."""
    if len(source) > HEAD_NOTE_LENGTH:
        raise TextRefused(
            _("A note can have at most %(limit)s characters. Please shorten it.") % {"limit": HEAD_NOTE_LENGTH}
        )
    return _write_note(thread.pk, source, render(source), by, reason, now, article)


@in_one_transaction
def _write_note(
    thread_id: int, source: str, rendered: Rendered, by: Any, reason: str, now: datetime, article: Article | None
) -> LogEntry:
    thread = lock_thread_row(thread_id)
    refuse_if(why_not_note(by, thread))
    facts = {"source": source, "html": rendered.html, "role": role_shown(by, thread.theme), "written_at": now}
    Note.objects.update_or_create(thread=thread, defaults=facts)
    target_changed(thread)
    return log.record(Act.NOTE, thread, by=by, reason=reason, now=now, article=article)


@in_one_transaction
def remove_note(thread: Thread, *, by: Any, reason: str, now: datetime, article: Article | None = None) -> LogEntry:
    """Takes the note away. Raises Refused."""
    fresh = lock_thread_row(thread.pk)
    notes = Note.objects.filter(thread=fresh)
    refuse_if(why_not_remove_note(by, fresh, has_note=notes.exists()))
    notes.delete()
    target_changed(fresh)
    return log.record(Act.REMOVE_NOTE, fresh, by=by, reason=reason, now=now, article=article)
