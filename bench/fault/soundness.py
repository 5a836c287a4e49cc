"""Whether a database agrees with itself: trees, counts, what is unread, the search index, what is due, files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions import indexing
from forum.dialogue.queries import counts, trees, unread
from forum.jobs import upkeep
from forum.kernel.choices import Act
from forum.kernel.ranges import Ranges
from forum.models import Comment, LogEntry, OldNumber, OutgoingMail, Reading, Theme, Thread

MOST_INDEXED = 3_000  # comments whose index row is rebuilt and compared
DUE = timedelta(seconds=60)  # after which what is due should have been done
MOST_TRIES = 100


def problems(stage: dict[str, Any], choice: Random, *, lost_uploads: int) -> Iterator[str]:
    """`lost_uploads` came to no answer: a server that is killed between a file's bytes and its row leaves the bytes."""
    for flaw in trees.flaws():
        yield f"thread {flaw.thread_id}: {flaw.sentence}"
    for theme in counts.wrongly_counted_themes():
        yield f"theme {theme} is counted wrongly"
    yield from _numbers()
    yield from _unread(stage)
    yield from _index(choice)
    yield from _due(stage)
    yield from (f"the file {path} of a comment is missing" for path in upkeep.missing_files())
    stray = upkeep.stray_files(before=timezone.now())
    if len(stray) > lost_uploads:
        yield f"{len(stray)} files belong to nobody, and only {lost_uploads} were sent without an answer: {stray}"


def figures() -> list[str]:
    """What the database holds that is no matter of right or wrong."""
    sent = OutgoingMail.objects.exclude(sent_at=None).count()
    uncertain = OutgoingMail.objects.exclude(sending_since=None).count()
    statuses = Comment.objects.order_by().values_list("status").annotate(Count("pk"))
    comments = ", ".join(f"{status} {count}" for status, count in sorted(statuses))
    return [
        f"comments: {comments}; threads: {Thread.objects.count()}; emails: {sent} sent, {uncertain} uncertain; "
        f"files of nobody: {len(upkeep.stray_files(before=timezone.now()))}"
    ]


def _numbers() -> Iterator[str]:
    """A theme hands out each number once and leaves none out; what a thread took elsewhere is kept as its old name."""
    used: dict[int, list[int]] = defaultdict(list)
    for model in (Comment, OldNumber):
        for theme, number in model.objects.order_by().values_list("theme_id", "number"):
            used[theme].append(number)
    for theme, last in Theme.objects.values_list("pk", "last_number"):
        if sorted(used[theme]) != list(range(1, last + 1)):
            yield f"theme {theme} has handed out {last} numbers, and {len(used[theme])} are used"
    for key in Comment.objects.filter(revision__gt=F("theme__revision")).order_by().values_list("pk", flat=True):
        yield f"comment {key} is of a revision that its theme has not reached"


def _unread(stage: dict[str, Any]) -> Iterator[str]:
    """What the pages count as unread, compared with a count of each comment by itself."""
    themes = [theme["id"] for theme in stage["themes"]]
    fields = ("author_id", "theme_id", "thread_id", "published_revision")
    public = list(Comment.objects.public().order_by().values_list(*fields))
    for person in Person.objects.filter(pk__in=[writer["id"] for writer in stage["writers"]]):
        known = dict(Reading.objects.filter(person=person).values_list("theme_id", "ranges"))
        read = {theme: Ranges.parse(known.get(theme, "")) for theme in themes}
        new = [(theme, thread) for author, theme, thread, n in public if author != person.pk and n not in read[theme]]
        if unread.by_theme(person, themes) != dict(Counter(theme for theme, _ in new)):
            yield f"what is unread for person {person.pk} is counted wrongly by theme"
        for asked in themes:
            if unread.by_thread(person, asked) != dict(Counter(thread for theme, thread in new if theme == asked)):
                yield f"what is unread for person {person.pk} is counted wrongly in theme {asked}"


def _index(choice: Random) -> Iterator[str]:
    if wrong := counts.wrongly_indexed():
        yield f"{wrong} comments are missing from the search, or in it by mistake"
    keys = list(Comment.objects.order_by("pk").values_list("pk", flat=True))
    some = choice.sample(keys, min(MOST_INDEXED, len(keys)))
    with transaction.atomic():
        before = _rows_of_index()
        indexing.renew(some)
        after = _rows_of_index()
        transaction.set_rollback(True)
    for key in some:
        if before.get(key) != after.get(key):
            yield f"comment {key} is indexed with other words than it has"


def _rows_of_index() -> dict[int, tuple[Any, ...]]:
    columns = "rowid, version_id, title, name, words"
    if connection.vendor == "postgresql":
        columns = "comment_id, version_id, document::text"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM forum_search")
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _due(stage: dict[str, Any]) -> Iterator[str]:
    now = timezone.now()
    if late := upkeep.overdue_mail(since=now - DUE, most_tries=MOST_TRIES):
        yield f"{late} emails are overdue"
    for thread in Thread.objects.filter(closes_at__lt=now - DUE):
        yield f"thread {thread.pk} was to be closed at {thread.closes_at}"
    closed = Counter(LogEntry.objects.filter(act=Act.LOCK).values_list("thread_id", flat=True))
    for thread in Thread.objects.filter(pk__in=stage["planned"], is_locked=True):
        if closed[thread.pk] != 1:
            yield f"thread {thread.pk} was closed {closed[thread.pk]} times as planned"
