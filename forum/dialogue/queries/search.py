"""Finds public comments by their words, their thread's title and their author's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from accounts.models import Viewer
from forum.dialogue.models.search_index import BLOCK
from forum.dialogue.queries.search_terms import (
    POSTGRES_WEIGHTS,
    SQLITE_WEIGHTS,
    Question,
    Term,
    postgres_question,
    postgres_words,
    sqlite_question,
    terms_of,
)
from forum.dialogue.queries.snippets import Part, marked, passage
from forum.dialogue.queries.thread_pages import address
from forum.events.queries.formatting import comment_label, format_datetime, group_label, iso, placeholder_title
from forum.kernel.choices import Status
from forum.models import Comment, Event, Theme, Thread

PAGE = 20  # comments
WEIGHED = 400  # of the newest comments that hold the words: those whose order is by how well they fit
MOST = 200  # comments found; who needs more needs other words
# PostgreSQL's index knows no order. In a larger event the newest blocks of keys are asked first, then more at once.
SMALL = 8_000  # public comments that are looked through at once
GROWTH, MOST_BLOCKS = 4, 32

# How often words occur counts less and less, and the less the longer a text is, as in BM25. FTS5's own bm25 would also
# count in how many rows each word and mark stands: a step for each of a million.
SATURATION, BY_LENGTH = 1.2, 0.75
USUAL, LONG = 500, 5_000  # characters of a text; in a longer one all occurrences count as one
HIT = """{weight} * CASE WHEN length(forum_search.{column}) > {long} THEN 1
    ELSE length(highlight(forum_search, {place}, char(1), '')) - length(forum_search.{column}) END"""
HITS = " + ".join(  # a sign is put before each word that occurs
    HIT.format(weight=weight, column=column, long=LONG, place=place)
    for place, (column, weight) in enumerate(SQLITE_WEIGHTS.items(), start=1)
)

FIELDS = (
    "id", "number", "thread_id", "created_at", "author__name", "author__group", "author__organisation",
    "version__text", "theme__code", "theme__event__timezone", "theme__title", "theme__position", "thread__title",
    "thread__opening_id", "thread__opening__number", "thread__opening__status", "thread__comment_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `is_asked`: there was anything to look for. `has_more`: beyond the last page."""

    is_asked: bool = False
    is_cut: bool = False
    count: int = 0
    has_more: bool = False
    page: int = 1
    pages: int = 1
    first: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A theme in which search may look; `newest` is the key of its newest public comment."""

    id: int
    slug: str
    label: str
    comment_count: int
    newest: int


def search(
    person: Viewer,
    event: Event,
    words: str,
    *,
    theme: str = "",
    author: str = "",
    group: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    places: Sequence[Place] | None = None,
) -> Found:
    """Public comments of an event that hold all these words, the most fitting first, then the newest.

    Two queries, one more on PostgreSQL, and one more without `places`; in large events on PostgreSQL some more where
    little is found. Without words one for each theme and one for the rows.

    `theme` is a theme's slug, `author` words of a name, `group` a stakeholder group; days are whole days in
    the time zone of the event.
    Without words it lists what the filters leave, the newest first; without both it finds nothing. What somebody
    may not read is never looked at: no count, snippet or filter speaks of it.
    """
    terms, names = terms_of(words), terms_of(author)
    if not (terms.wanted or terms.unwanted or names.wanted or theme or group or since or until):
        return Found(is_cut=terms.is_cut)
    known = places_of(event) if places is None else places
    inside = [place for place in known if not theme or place.slug == theme]
    unwanted = terms.unwanted + names.unwanted
    only = inside[0].id if theme and inside else None
    asked = Question(event.pk, only, terms.wanted, names.wanted, unwanted)
    visible = _visible(person, inside)
    keys = _ranked(_filtered(visible, group, since, until, event.tz), asked, inside)
    count = min(len(keys), MOST)
    pages = max(1, -(-count // PAGE))
    page = min(max(1, page), pages)
    first = (page - 1) * PAGE
    return Found(
        is_asked=True,
        is_cut=terms.is_cut,
        count=count,
        has_more=len(keys) > MOST,
        page=page,
        pages=pages,
        first=first + 1,
        rows=_rows(visible, keys[first : min(first + PAGE, MOST)], terms.wanted, names.wanted),
    )


def places_of(event: Event) -> list[Place]:
    """The themes to choose from, in their order. One query."""
    newest = Thread.objects.filter(theme=OuterRef("pk"), last_comment__isnull=False).order_by("-last_comment_id")
    themes = Theme.objects.filter(event=event).order_by("is_meeting", "position")
    rows = themes.annotate(newest=Subquery(newest.values("last_comment_id")[:1])).values_list(
        "pk", "slug", "code", "title", "comment_count", "newest"
    )
    return [Place(pk, slug, f"{code}. {title}", count, newest or 0) for pk, slug, code, title, count, newest in rows]


def _visible(person: Viewer, places: Sequence[Place]) -> QuerySet[Comment]:
    """What search may find: public texts that this person may read. The index is never asked without it."""
    return Comment.objects.readable_by(person).public().filter(theme__in=[place.id for place in places])


def _filtered(
    comments: QuerySet[Comment], group: str, since: date | None, until: date | None, zone: ZoneInfo
) -> QuerySet[Comment]:
    if group:
        comments = comments.filter(author__group=group)
    if since:
        comments = comments.filter(created_at__gte=_moment(since, time.min, zone))
    if until:
        comments = comments.filter(created_at__lte=_moment(until, time.max, zone))
    return comments


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day, at, zone).astimezone(UTC)
    except OverflowError:  # the first and the last day that can be computed with
        return datetime.combine(day, at, UTC)


def _indexed(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those whose current version the index knows: a row that lags behind finds nothing."""
    where = [f"forum_search.{_key()} = forum_comment.id", "forum_search.version_id = forum_comment.version_id"]
    # The index is no model, so its join is written out.
    return comments.extra(tables=["forum_search"], where=where)  # noqa: S610


def _matching(comments: QuerySet[Comment], asked: Question, blocks: range | None = None) -> QuerySet[Comment]:
    """Of those, the ones that hold the words; every value is a parameter."""
    if connection.vendor == "postgresql":
        question, params = postgres_question(asked, blocks)
        match = f"forum_search.document @@ {question}"
    else:
        match, params = "forum_search MATCH %s", [sqlite_question(asked)]
    return _indexed(comments).extra(where=[match], params=params)  # noqa: S610


def _ranked(comments: QuerySet[Comment], asked: Question, places: Sequence[Place]) -> list[int]:
    """Their keys, the most fitting first, then the newest; at most one more than MOST.

    Fitting is weighed among the newest WEIGHED: a word that stands in every text would cost a look at all of them.
    """
    if not asked.wanted and not asked.names and not asked.unwanted:
        return _newest_written(comments, places)
    newest = _newest(comments, asked, places)
    if not newest:
        return []
    if connection.vendor == "sqlite" or (not asked.wanted and not asked.names):
        return [found.pk for found in sorted(newest, reverse=True)][: MOST + 1]
    among = _indexed(comments.filter(pk__in=[found.pk for found in newest]))
    words, params = postgres_words(asked.wanted, asked.names)
    relevance = RawSQL(f"-ts_rank('{POSTGRES_WEIGHTS}', forum_search.document, {words})", params)  # noqa: S611
    return list(among.order_by(relevance, "-created_at", "-pk").values_list("pk", flat=True)[: MOST + 1])


class Fitting(NamedTuple):
    """A comment that holds the words; in the order of how well, when it was written, and its key."""

    relevance: float
    created_at: datetime
    pk: int


def _fitting(hits: int, length: int, created_at: datetime, pk: int) -> Fitting:
    """`hits`: how often the words occur, by weight, in a text of so many characters."""
    rest = SATURATION * (1 - BY_LENGTH + BY_LENGTH * length / USUAL)
    return Fitting(hits / (hits + rest), created_at, pk)


def _newest_written(comments: QuerySet[Comment], places: Sequence[Place]) -> list[int]:
    """The keys of those that became public last, at most one more than MOST, in the order of the activity stream.

    One query for each theme, whose index ends it. Imported comments count by when they were written.
    """
    found: list[tuple[datetime, int]] = []
    for place in places:
        newest = comments.filter(theme=place.id).order_by("-published_at", "-pk")
        found += newest.values_list("published_at", "pk")[: MOST + 1]
    return [pk for _, pk in sorted(found, reverse=True)[: MOST + 1]]


def _newest(comments: QuerySet[Comment], asked: Question, places: Sequence[Place]) -> list[Fitting]:
    """The newest WEIGHED that fit; PostgreSQL does not say how well.

    What a comment is found by has its key. SQLite walks its index backwards and stops.
    """
    # Not by the comment's own key: SQLite would begin with the comments.
    order = RawSQL(f"forum_search.{_key()}", []).desc()  # noqa: S611
    is_small = sum(place.comment_count for place in places) <= SMALL
    # PostgreSQL weighs what is left of them at the end.
    weighed = ("0", "0") if connection.vendor == "postgresql" else (HITS, "length(forum_search.words)")
    hits, length = (RawSQL(f"({text})", []) for text in weighed)  # noqa: S611
    found: list[Fitting] = []
    for blocks in [None] if is_small or connection.vendor == "sqlite" else _blocks(places):
        # The range of keys is for the planner: it would read all comments beside those of a block.
        near = comments
        if blocks is not None:
            near = comments.filter(pk__gte=blocks.start * BLOCK, pk__lt=blocks.stop * BLOCK)
        fitting = _matching(near, asked, blocks).order_by(order).values_list(hits, length, "created_at", "pk")
        found += [_fitting(*row) for row in fitting[: WEIGHED - len(found)]]
        if len(found) == WEIGHED:
            break
    return found


def _blocks(places: Sequence[Place]) -> Iterator[range]:
    """The blocks of keys in which these themes have comments, the newest first, more and more at once."""
    end, size = max(place.newest for place in places) // BLOCK + 1, 1
    while end > 0:
        yield range(max(0, end - size), end)
        end, size = end - size, min(size * GROWTH, MOST_BLOCKS)


def _key() -> str:
    return "comment_id" if connection.vendor == "postgresql" else "rowid"


def _rows(
    visible: QuerySet[Comment], keys: list[int], terms: tuple[Term, ...], names: tuple[Term, ...]
) -> list[dict[str, Any]]:
    rows = {row["id"]: row for row in visible.filter(pk__in=keys).order_by().values(*FIELDS)}
    return [_shape(rows[key], terms, names) for key in keys if key in rows]


def _shape(row: dict[str, Any], terms: tuple[Term, ...], names: tuple[Term, ...]) -> dict[str, Any]:
    """A row in words. The thread's title is part of its opening: it shows and hides with it."""
    is_opening = row["id"] == row["thread__opening_id"]
    has_title = row["thread__opening__status"] == Status.PUBLISHED
    title = row["thread__title"] if has_title else placeholder_title(row["theme__code"], row["thread__opening__number"])
    return {
        "url": address(row["thread_id"], row["id"], row["thread__comment_count"]),
        "label": comment_label(row["theme__code"], row["number"]),
        "title": marked(title, terms) if is_opening else [Part(title, False)],
        "is_opening": is_opening,
        "name": marked(row["author__name"], terms + names),
        "group": row["author__group"],
        "group_label": group_label(row["author__group"]),
        "organisation": row["author__organisation"],
        "theme_code": row["theme__code"],
        "theme_title": row["theme__title"],
        "hue": row["theme__position"],
        "written_iso": iso(row["created_at"]),
        "written_label": format_datetime(row["created_at"], row["theme__event__timezone"]),
        "snippet": passage(row["version__text"], terms),
    }
