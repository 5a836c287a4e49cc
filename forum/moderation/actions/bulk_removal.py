"""Removing many comments of one person as one act, and bringing them back as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from accounts.models import Person
from forum.dialogue.actions import log, notifications, outgoing_mail
from forum.dialogue.actions.locking import lock_thread_rows
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.dialogue.rules.sanctions import why_not_decide_about_person
from forum.kernel.choices import MAX_BULK_REMOVE, Act
from forum.kernel.errors import refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, Comment, Event, LogEntry
from forum.moderation.actions.moderation import remove_comment, restore_comment
from forum.moderation.rules.bulk_removal import clearable, restorable, why_not_restore_cleared


@in_one_transaction
def bulk_remove(
    person: Person,
    event: Event,
    *,
    since: datetime | None,
    last: int,
    by: Person,
    reason: str,
    now: datetime,
    article: Article | None = None,
) -> LogEntry | None:
    """Removes what somebody wrote in an event since a time (None: ever), up to the comment with the key `last`; of more
    than MAX_BULK_REMOVE the newest.

    Only where `by` moderates. Each comment has its entry in the log, the person is told once. Returns the entry that
    stands for all of them, None if there was nothing to remove. Raises Refused.
    """
    refuse_if(why_not_decide_about_person(by, person, event.pk))
    comments = _locked(list(clearable(by, person, event.pk, since=since, last=last)[:MAX_BULK_REMOVE]))
    if not comments:
        return None
    batch = uuid4().hex
    for comment in comments:  # all of somebody's at once: nobody reads each
        remove_comment(comment, by=by, reason=reason, now=now, seen=SKIP_CHECK, article=article, batch=batch)
    return log.record_in_event(
        Act.BULK_REMOVE, event.pk, by=by, reason=reason, now=now, person=person, article=article, batch=batch
    )


@in_one_transaction
def bulk_restore(entry: LogEntry, *, by: Person, reason: str, now: datetime, article: Article | None = None) -> int:
    """Brings back what a batch removed and nobody has decided about since; says how many. Raises Refused."""
    LogEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    comments = _locked(list(Comment.objects.filter(pk__in=restorable(entry).values("comment"))))
    refuse_if(why_not_restore_cleared(by, entry, comments))
    batch = uuid4().hex
    for comment in comments:  # undoing
        restore_comment(comment, by=by, reason=reason, now=now, seen=SKIP_CHECK, article=article, batch=batch)
    back = log.record_in_event(
        Act.BULK_RESTORE,
        entry.event_id,
        by=by,
        reason=reason,
        now=now,
        person=entry.person,
        article=article,
        batch=batch,
        undoes=entry,
    )
    was_told = outgoing_mail.take_back(entry) | notifications.take_back(entry)
    if not was_told:
        outgoing_mail.take_back(back)
        notifications.take_back(back)
    return len(comments)


def _locked(comments: Sequence[Comment]) -> list[Comment]:
    """These comments as they are under the locks of all their threads, those of one theme together.

    All threads first and in the order of their keys, then the themes in theirs: so nobody waits in a circle.
    """
    lock_thread_rows({comment.thread_id for comment in comments})
    fresh = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
    return list(fresh.order_by("theme_id", "thread_id", "pk"))
