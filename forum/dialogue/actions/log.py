"""Writes the record of what moderators did."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import override

from accounts.models import Person
from forum.dialogue.actions import notifications, outgoing_mail
from forum.kernel.choices import INTERNAL_ACTS, QUIET_ACTS, Act
from forum.models import Article, Comment, CommentVersion, LogEntry, Theme, Thread


def record(
    act: Act,
    thread: Thread,
    *,
    by: Person | None,
    reason: str,
    now: datetime,
    comment: Comment | None = None,
    version: CommentVersion | None = None,
    article: Article | None = None,
    since: datetime | None = None,
    batch: str = "",
    undoes: LogEntry | None = None,
    tells: bool = True,
) -> LogEntry:
    """Adds an entry in the transaction of the act itself, and tells whom it concerns: these cannot part.

    `since` is when the case began to wait for this decision. What is one of a `batch` that is told as one `tells`
    nobody itself.
    """
    entry = LogEntry.objects.create(
        event_id=thread.theme.event_id,
        thread=thread,
        comment=comment,
        version=version,
        actor=by,
        act=act,
        reason=reason,
        article=article,
        waited=_seconds(since, now),
        batch=batch,
        undoes=undoes,
        created_at=now,
    )
    concerned = comment or thread.opening
    if tells and act not in INTERNAL_ACTS and act not in QUIET_ACTS and concerned is not None:
        notifications.decided(entry, concerned.author)
        outgoing_mail.queue_decision(entry, concerned.author)
    return entry


def record_in_event(
    act: Act,
    event_id: int,
    *,
    by: Person | None,
    reason: str,
    now: datetime,
    person: Person | None = None,
    article: Article | None = None,
    batch: str = "",
    undoes: LogEntry | None = None,
    theme: Theme | None = None,
) -> LogEntry:
    """The same for what is about the event, one of its themes, or a person in it, who is told; the public never reads
    who."""
    entry = LogEntry.objects.create(
        event_id=event_id,
        theme=theme,
        person=person,
        actor=by,
        act=act,
        reason=reason,
        article=article,
        batch=batch,
        undoes=undoes,
        created_at=now,
    )
    if person is not None and act not in INTERNAL_ACTS:
        notifications.decided(entry, person)
        outgoing_mail.queue_decision(entry, person)
    return entry


def in_site_language() -> override:
    """In which language we write what stays in the record: that of the site, whatever whoever decides reads here."""
    return override(settings.LANGUAGE_CODE)


def _seconds(since: datetime | None, now: datetime) -> int | None:
    return max(0, round((now - since).total_seconds())) if since else None
