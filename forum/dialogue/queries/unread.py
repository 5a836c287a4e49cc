"""What somebody has not read yet: exact, in trees, for every theme and thread.

A comment is unread for a person if it is public, somebody else's, and its `published_revision` is not in what
they have read. Own, held and gone comments never count; one approved late counts as new for everybody.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from accounts.models import Person, Viewer
from forum.kernel.ranges import Ranges
from forum.models import Comment, Reading, Thread

MANY_GAPS = 100  # above it the database would spend longer on the conditions than we on the numbers


def ranges(text: str, *, most: int = MANY_GAPS) -> Ranges:
    """What a browser says was read. Raises ValueError, also for more than `most` ranges.

    More than MANY_GAPS are not counted for somebody without an account: every row would be read.
    """
    read = Ranges.parse(text)
    if len(read.pairs) > most:
        raise ValueError(f"these are more than {most} ranges")
    return read


def read_by(person: Person, theme_id: int) -> Ranges:
    """What this person has read under a theme. One query."""
    return _readings(person, [theme_id]).get(theme_id, Ranges())


def by_theme(person: Viewer, theme_ids: list[int]) -> dict[int, int]:
    """How many comments are unread in each theme that has any. Two queries, none for who is not logged in."""
    return _counts(person, theme_ids, "theme_id")


def by_thread(person: Viewer, theme_id: int) -> dict[int, int]:
    """How many comments are unread in each thread that has any. Two queries, none for who is not logged in."""
    return _counts(person, [theme_id], "thread_id")


def by_thread_without(theme_id: int, read: Ranges) -> dict[int, int]:
    """The same for somebody without an account, whose browser says what they have read. One query."""
    return _counted(Comment.objects.public().order_by(), {theme_id: read}, "thread_id")


def in_thread(person: Viewer, thread: Thread, read: Ranges) -> list[int]:
    """The unread comments of a thread, from top to bottom. One query."""
    comments = Comment.objects.filter(thread=thread).public().exclude(author=person)
    rows = comments.in_reading_order().filter(_after_first_gap(read)).values_list("pk", "published_revision")
    return [pk for pk, published in rows if published not in read]


def numbers_of(thread: Thread, *, up_to: int) -> Ranges:
    """What reading a whole thread as it was at a theme's revision adds to what was read."""
    return _numbers(Comment.objects.filter(thread=thread), up_to)


def numbers_below(comment: Comment, *, up_to: int) -> Ranges:
    """The same for a comment and everything that answers it."""
    if comment.pk == comment.thread.opening_id:
        return numbers_of(comment.thread, up_to=up_to)
    return _numbers(Comment.objects.below(comment) | Comment.objects.filter(pk=comment.pk), up_to)


def _numbers(comments: Any, up_to: int) -> Ranges:
    public = comments.public().filter(published_revision__lte=up_to).order_by()
    return Ranges.of(public.values_list("published_revision", flat=True))


def _counts(person: Viewer, theme_ids: list[int], column: str) -> dict[int, int]:
    if not person.is_authenticated or not theme_ids:
        return {}
    readings = {theme_id: Ranges() for theme_id in theme_ids} | _readings(person, theme_ids)
    return _counted(Comment.objects.public().exclude(author=person).order_by(), readings, column)


def _counted(comments: Any, readings: dict[int, Ranges], column: str) -> dict[int, int]:
    if any(len(read.pairs) > MANY_GAPS for read in readings.values()):
        return _counted_here(comments, readings, column)
    unread = Q()
    for theme_id, read in readings.items():
        unread |= Q(theme_id=theme_id) & _in_gaps(read)
    rows = comments.filter(unread).values(column).annotate(unread=Count("pk"))
    return {row[column]: row["unread"] for row in rows}


def _counted_here(comments: Any, readings: dict[int, Ranges], column: str) -> dict[int, int]:
    unread = Q()
    for theme_id, read in readings.items():
        unread |= Q(theme_id=theme_id) & _after_first_gap(read)
    rows = comments.filter(unread).values_list(column, "theme_id", "published_revision")
    return dict(Counter(key for key, theme_id, published in rows if published not in readings[theme_id]))


def _readings(person: Person, theme_ids: list[int]) -> dict[int, Ranges]:
    rows = Reading.objects.filter(person_id=person.pk, theme_id__in=theme_ids).values_list("theme_id", "ranges")
    return {theme_id: Ranges.parse(ranges) for theme_id, ranges in rows}


def _in_gaps(read: Ranges) -> Q:
    gaps = Q()
    for first, last in read.gaps():
        gaps |= Q(published_revision__gte=first) if last is None else Q(published_revision__range=(first, last))
    return gaps


def _after_first_gap(read: Ranges) -> Q:
    first, _ = next(read.gaps())
    return Q(published_revision__gte=first)
