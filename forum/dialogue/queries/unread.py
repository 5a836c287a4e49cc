"""What somebody has not read yet: exact, in trees, for every theme and thread.

A comment is unread for a person if it is public, somebody else's, and its `published_revision` is not in what
they have read. Own, held and gone comments never count; one approved late counts as new for everybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Person, Viewer
from forum.dialogue.models.spans import Span, count_others, count_others_gone, newest_by_thread, spans_of
from forum.kernel.compiled import CompiledValues, PreparedValues
from forum.kernel.ranges import Ranges
from forum.models import Comment, Reading, Theme, Thread

MANY_GAPS = 100  # above it the database would spend longer on the conditions than we on the numbers
AT_ONCE = 2_000  # unread comments of a theme that are looked at one by one: the newest
NOBODY = 0  # the author of no comment


class ByThread(dict[int, int]):
    """How many comments are unread in each thread that has any.

    `is_cut`: more than AT_ONCE are unread, and these are the threads of the newest; `in_threads` counts all of theirs.
    """

    def __init__(self, counts: dict[int, int], read: Ranges) -> None:
        self.read = read
        self.is_cut = sum(counts.values()) > AT_ONCE
        super().__init__(counts)


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
    return read_by_id(person.pk, theme_id)


def read_by_id(person_id: int, theme_id: int) -> Ranges:
    """The same for whom only the key is known. One query."""
    return Ranges.parse(next((text for (text,) in READ_BY.rows(person=person_id, theme=theme_id)), ""))


def read_around(thread: Any) -> Ranges:
    """What the person for whom a thread was loaded (`threads.get`) has read under its theme. No query."""
    return Ranges.parse(thread.read_ranges or "")


def by_theme(person: Viewer, theme_ids: list[int]) -> dict[int, int]:
    """How many comments are unread in each theme that has any.

    The public comments of other people, less those already read. One query; two if the person has read anything; three
    if that was not counted yet; none for who is not logged in.
    """
    if not person.is_authenticated or not theme_ids:
        return {}
    own = Comment.objects.filter(author=person.pk, theme=OuterRef("pk")).public().order_by().values("theme")
    reading = Reading.objects.filter(person=person.pk, theme=OuterRef("pk"))
    rows = Theme.objects.filter(pk__in=theme_ids).order_by().values_list(
        "pk",
        F("comment_count") - Coalesce(Subquery(own.annotate(n=Count("*")).values("n")), 0),
        Subquery(reading.values("ranges")),
        Subquery(reading.values("others_count")),
    )  # fmt: skip
    of_others, known, spans = {}, {}, {}
    for theme_id, public, ranges, count in rows:
        of_others[theme_id] = public
        if ranges:
            spans[theme_id] = spans_of(theme_id, Ranges.parse(ranges))
            known[theme_id] = count
    return _left(person.pk, of_others, known, spans)


def by_thread(person: Viewer, theme_id: int) -> ByThread:
    """How many comments are unread in each thread that has any. Two queries, none for who is not logged in."""
    if not person.is_authenticated:
        return ByThread({}, Ranges())
    ((revision, ranges),) = READ_IN_THEME.rows(person=person.pk, theme=theme_id)
    return _newest(person.pk, theme_id, Ranges.parse(ranges or ""), revision)


def by_thread_without(theme: Theme, read: Ranges) -> ByThread:
    """The same for somebody without an account, whose browser says what they have read. One query."""
    return _newest(NOBODY, theme.pk, read, theme.revision)


def in_threads(person: Viewer, theme_id: int, thread_ids: Collection[int], read: Ranges) -> dict[int, int]:
    """How many comments are unread in each of these threads of a theme that has any. One query."""
    inside = Thread.objects.filter(pk__in=thread_ids, theme=theme_id).order_by().values("pk")
    comments = Comment.objects.filter(thread__in=inside).public().order_by()
    if person.is_authenticated:
        comments = comments.exclude(author=person.pk)
    if len(read.pairs) > MANY_GAPS:
        rows = comments.filter(_after_first_gap(read)).values_list("thread_id", "published_revision")
        return dict(Counter(thread_id for thread_id, published in rows if published not in read))
    return dict(comments.filter(_in_gaps(read)).values_list("thread_id").annotate(unread=Count("*")))


def in_theme_without(theme: Theme, read: Ranges) -> int:
    """How many comments of a theme somebody without an account has not read. Two queries, none if it is all."""
    spans = {theme.pk: spans_of(theme.pk, read)} if read.pairs else {}
    return _left(NOBODY, {theme.pk: theme.comment_count}, {}, spans).get(theme.pk, 0)


def in_thread(person: Viewer, thread: Thread, read: Ranges) -> list[int]:
    """The unread comments of a thread, from top to bottom. One query."""
    first, _ = next(read.gaps())
    rows = LATER_IN_THREAD.rows(thread=thread.pk, person=person.pk, first=first)
    return [pk for pk, published in rows if published not in read]


def numbers_of(thread: Thread, *, up_to: int) -> Ranges:
    """What reading a whole thread as it was at a theme's revision adds to what was read."""
    return _numbers(Comment.objects.filter(thread=thread), up_to)


def numbers_below(comment: Comment, *, up_to: int) -> Ranges:
    """The same for a comment and everything that answers it."""
    if comment.pk == comment.thread.opening_id:
        return numbers_of(comment.thread, up_to=up_to)
    return _numbers(Comment.objects.below(comment) | Comment.objects.filter(pk=comment.pk), up_to)


def _later_in_thread(thread: int, person: int, first: int) -> QuerySet[Comment, tuple[int, int]]:
    comments = Comment.objects.filter(thread=thread, published_revision__gte=first).public().exclude(author=person)
    return comments.in_reading_order().values_list("pk", "published_revision")


def _read_in_theme(person: int, theme: int) -> QuerySet[Theme, tuple[int, str | None]]:
    reading = Reading.objects.filter(person=person, theme=OuterRef("pk")).values("ranges")
    return Theme.objects.filter(pk=theme).annotate(read=Subquery(reading)).order_by().values_list("revision", "read")


READ_BY = PreparedValues[tuple[str]](
    lambda person, theme: Reading.objects.filter(person=person, theme=theme).values_list("ranges"),
    person=int,
    theme=int,
)
READ_IN_THEME = PreparedValues[tuple[int, str | None]](_read_in_theme, person=int, theme=int)
LATER_IN_THREAD = CompiledValues[tuple[int, int]](_later_in_thread, thread=int, person=int, first=int)


def _numbers(comments: Any, up_to: int) -> Ranges:
    public = comments.public().filter(published_revision__lte=up_to).order_by()
    return Ranges.of(public.values_list("published_revision", flat=True))


def _left(
    person_id: int, of_others: dict[int, int], known: dict[int, int | None], spans: dict[int, list[Span]]
) -> dict[int, int]:
    """By theme, how many public comments of others are left without those read.

    What was read and is gone now counts in neither.
    """
    to_count = [span for theme_id in spans if known.get(theme_id) is None for span in spans[theme_id]]
    counted = count_others(person_id, to_count) if to_count else {}
    gone = count_others_gone(person_id, [span for each in spans.values() for span in each]) if spans else {}
    left = {}
    for theme_id, public in of_others.items():
        count = known.get(theme_id)
        read = counted.get(theme_id, 0) if count is None else count
        # Never below 0: what was published or removed between two of the queries is in one of them only.
        left[theme_id] = max(0, public - read + gone.get(theme_id, 0))
    return {theme_id: count for theme_id, count in left.items() if count}


def _newest(person_id: int, theme_id: int, read: Ranges, revision: int) -> ByThread:
    unread = Ranges(((1, revision),) if revision else ()) - read
    return ByThread(newest_by_thread(person_id, theme_id, unread, most=AT_ONCE + 1), read)


def _in_gaps(read: Ranges) -> Q:
    gaps = Q()
    for first, last in read.gaps():
        gaps |= Q(published_revision__gte=first) if last is None else Q(published_revision__range=(first, last))
    return gaps


def _after_first_gap(read: Ranges) -> Q:
    first, _ = next(read.gaps())
    return Q(published_revision__gte=first)
