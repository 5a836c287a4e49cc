"""Which comments of a person one act can remove, and which of them it can bring back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import Person, Viewer
from forum.dialogue.models.comment import CommentQuerySet
from forum.dialogue.models.log import LogEntryQuerySet
from forum.dialogue.rules.sanctions import why_not_decide_about_person
from forum.events.models.role import moderated_by
from forum.kernel.choices import Act
from forum.kernel.reasons import Reason
from forum.models import Comment, LogEntry


def clearable(
    by: Viewer, person: Person, event_id: int, *, since: datetime | None, last: int | None = None
) -> CommentQuerySet:
    """Public comments of a person that `by` may remove, the newest first; none with a key above `last`.

    One act takes the first MAX_BULK_REMOVE of them.
    """
    written = Comment.objects.filter(moderated_by(by), author=person.pk, theme__event=event_id).public()
    if since is not None:
        written = written.filter(created_at__gte=since)
    if last is not None:
        written = written.filter(pk__lte=last)
    return written.order_by("-pk")


def restorable(entry: LogEntry) -> LogEntryQuerySet:
    """The removals of a batch that are in force: what is removed now, and by nobody else since."""
    return LogEntry.objects.effective().filter(batch=entry.batch, act=Act.REMOVE)


def why_not_restore_cleared(by: Viewer, entry: LogEntry, comments: Collection[Comment]) -> Reason | None:
    """Whether somebody may bring back what a batch removed: whoever could have removed it."""
    assert entry.person is not None
    if (no := why_not_decide_about_person(by, entry.person, entry.event_id)) is not None:
        return no
    theirs = Comment.objects.filter(moderated_by(by), pk__in=[comment.pk for comment in comments])
    if theirs.order_by().count() < len(comments):
        return Reason.NOT_MODERATOR
    return None if comments else Reason.NOTHING_TO_RESTORE
