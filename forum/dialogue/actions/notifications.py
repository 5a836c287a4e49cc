"""Tells people what concerns them, in the transaction of what happened; their pages hear of it after commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, QuerySet

from accounts.models import Person
from forum.events.models.role import DECIDING
from forum.kernel import realtime
from forum.kernel.batches import Batch
from forum.kernel.choices import NotificationKind
from forum.kernel.queues import QueueKind
from forum.kernel.ranges import Ranges
from forum.models import Comment, LogEntry, Notification, Theme, Thread

MENTIONS = 20  # people one comment can call
# Whoever is mentioned, answered or follows, each once and for the strongest reason; never the author.
TELL = """
    INSERT INTO forum_notification (person_id, kind, comment_id, queue, created_at)
    SELECT person_id, CASE MIN(strength) WHEN 1 THEN 'mention' WHEN 2 THEN 'reply' ELSE 'followed' END, {comment}, '',
        {now}
    FROM (
        SELECT id AS person_id, 1 AS strength FROM accounts_person WHERE is_active AND id IN ({mentioned})
        UNION ALL SELECT id, 2 FROM accounts_person WHERE is_active AND id = {answered}
        UNION ALL SELECT person_id, 3 FROM forum_follow WHERE theme_id = {theme}
        UNION ALL SELECT person_id, 3 FROM forum_follow WHERE thread_id = {thread}
        UNION ALL SELECT person_id, 3 FROM forum_follow WHERE branch_id =
            (SELECT id FROM forum_comment WHERE tree_id = {branch} AND lft = 1)
    ) AS concerned
    WHERE person_id <> {author}
    GROUP BY person_id
    ON CONFLICT DO NOTHING
    RETURNING person_id"""
NAMES = ("comment", "now", "answered", "theme", "thread", "branch", "author")
# Everyone who decides in a theme, in one order, so that two of these never wait for each other.
TELL_DECIDERS = f"""
    INSERT INTO forum_notification (person_id, kind, event_id, queue, created_at)
    SELECT DISTINCT role.person_id, '{NotificationKind.QUEUE.value}', role.event_id, %(queue)s, %(now)s
    FROM forum_role AS role JOIN accounts_person AS person ON person.id = role.person_id
    WHERE role.event_id = %(event)s AND (role.theme_id IS NULL OR role.theme_id = %(theme)s)
        AND role.kind IN ({", ".join(f"'{kind.value}'" for kind in DECIDING)}) AND person.is_active
        AND role.person_id NOT IN (%(author)s, %(by)s)
    ORDER BY role.person_id
    ON CONFLICT DO NOTHING"""  # noqa: S608 - our own names


def comment_published(
    comment: Comment, thread: Thread, *, answered: int | None, now: datetime, batch: Batch | None = None
) -> None:
    """Tells everybody a new public comment concerns; `answered` is the author of what it answers. One statement, with
    which the batch is run.
    """
    people = _mentioned(comment)
    values = {
        "comment": comment.pk,
        "now": connection.ops.adapt_datetimefield_value(now),
        "answered": answered,
        "theme": thread.theme_id,
        "thread": thread.pk,
        "branch": comment.tree_id,
        "author": comment.author_id,
    } | {f"mentioned{place}": person for place, person in enumerate(people)}
    marks = ", ".join(f"%(mentioned{place})s" for place in range(len(people))) or "NULL"
    statement = TELL.format(mentioned=marks, **{name: f"%({name})s" for name in NAMES})
    told = (batch or Batch()).run(statement, values)
    realtime.people_notified([row[0] for row in told])


def newly_mentioned(comment: Comment, *, now: datetime) -> None:
    """Tells whom an edit mentions, if nothing told them of this comment before. No statement without a mention."""
    people = _mentioned(comment)
    if not people:
        return
    known = Person.objects.filter(pk__in=people, is_active=True).exclude(pk=comment.author_id)
    told = list(known.exclude(notifications__comment=comment).values_list("pk", flat=True))
    rows = [Notification(person_id=pk, kind=NotificationKind.MENTION, comment=comment, created_at=now) for pk in told]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    realtime.people_notified(told)


def _mentioned(comment: Comment) -> list[int]:
    assert comment.version is not None
    return list(comment.version.mentions)[:MENTIONS]


def decided(entry: LogEntry, person: Person | None) -> None:
    """Tells somebody what a moderator decided about something of theirs. One statement."""
    if person is None or not person.is_active or person.pk == entry.actor_id:
        return
    Notification.objects.create(person=person, kind=NotificationKind.DECISION, entry=entry, created_at=entry.created_at)
    realtime.people_notified([person.pk])


def flags_decided(entry: LogEntry, people: Iterable[int]) -> None:
    """Tells those who had flagged a comment what a moderator decided about it. Two statements."""
    concerned = [pk for pk in people if pk != entry.actor_id]
    told = list(Person.objects.filter(pk__in=concerned, is_active=True).values_list("pk", flat=True))
    Notification.objects.bulk_create(
        Notification(person_id=pk, kind=NotificationKind.OUTCOME, entry=entry, created_at=entry.created_at)
        for pk in told
    )
    realtime.people_notified(told)


def flagged_withdrawn(comment: Comment, people: Iterable[int], *, now: datetime) -> None:
    """Tells those who had flagged a comment that its author took it back. Three statements.

    In place of what they were told of it before, which led to a text that nobody can read now.
    """
    told = list(Person.objects.filter(pk__in=list(people), is_active=True).values_list("pk", flat=True))
    Notification.objects.filter(comment=comment, person__in=told).delete()
    Notification.objects.bulk_create(
        Notification(person_id=pk, kind=NotificationKind.OUTCOME, comment=comment, created_at=now) for pk in told
    )
    realtime.people_notified(told)


def outcome(entry: LogEntry, person: Person) -> None:
    """Tells somebody what became of something they asked for. One statement."""
    if not person.is_active:
        return
    Notification.objects.create(person=person, kind=NotificationKind.OUTCOME, entry=entry, created_at=entry.created_at)
    realtime.people_notified([person.pk])


def to_review(queue: QueueKind, comment: Comment, thread: Thread, *, now: datetime, by: Person | None = None) -> None:
    """Tells those who decide in a theme that something about this comment is to be reviewed, and asks their pages to
    look again. One statement.

    Who has such a notification of this queue and has not seen it gets no other. The comment's author is told nothing,
    and neither is the person `by` whom it came into the queue.
    """
    values = {
        "queue": queue.value,
        "event": thread.theme.event_id,
        "theme": thread.theme_id,
        "author": comment.author_id,
        "by": by.pk if by else comment.author_id,
        "now": connection.ops.adapt_datetimefield_value(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(TELL_DECIDERS, values)
    realtime.desk_changed(thread.theme.event_id)


def reviewed(queue: QueueKind, event_id: int, waiting: QuerySet[Any]) -> None:
    """Forgets that there was something to review where nothing is `waiting` any more, as far as nobody has seen it,
    and asks the pages of those who decide to look again. One statement.
    """
    told = Notification.objects.filter(kind=NotificationKind.QUEUE, event=event_id, queue=queue, seen_at=None)
    told.exclude(Exists(waiting.order_by())).delete()
    realtime.desk_changed(event_id)


def take_back(entry: LogEntry) -> bool:
    """Forgets what was told of a decision that was undone, as far as nobody has seen it; whether anybody had."""
    rows = Notification.objects.filter(entry=entry)
    realtime.people_notified(list(rows.values_list("person_id", flat=True)))
    rows.filter(seen_at=None).delete()
    return rows.exists()


def see(person: Person, *, now: datetime, only: int | None = None) -> None:
    """Marks what somebody was told as seen: one of them, or all. One statement."""
    unseen = Notification.objects.filter(person=person, seen_at=None)
    if only is not None:
        unseen = unseen.filter(pk=only)
    if unseen.update(seen_at=now):
        realtime.people_notified([person.pk])


def see_what_was_read(person: Person, theme: Theme, read: Ranges, *, now: datetime) -> None:
    """Whoever has read a comment needs not be told of it any more. One statement, two if there was any."""
    unseen = Notification.objects.filter(person=person, seen_at=None, comment__theme=theme).order_by()
    rows = unseen.exclude(kind=NotificationKind.OUTCOME).values_list("pk", "comment__published_revision")
    known = [pk for pk, published in rows if published is not None and published in read]
    if known:
        Notification.objects.filter(pk__in=known).update(seen_at=now)
        realtime.people_notified([person.pk])
