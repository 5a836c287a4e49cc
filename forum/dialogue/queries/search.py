"""Finds public comments by their words, their thread's title and their author's name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Viewer
from forum.dialogue.queries.search_terms import (
    POSTGRES_WEIGHTS,
    SQLITE_WEIGHTS,
    Term,
    postgres_question,
    sqlite_question,
    terms_of,
)
from forum.dialogue.queries.snippets import Part, marked, passage
from forum.dialogue.queries.thread_pages import address
from forum.events.queries.formatting import comment_label, format_datetime, group_label, iso, placeholder_title
from forum.kernel.choices import Status
from forum.models import Comment, Event, Theme

PAGE = 20  # comments
WEIGHED = 400  # of the newest comments that hold the words: those whose order is by how well they fit
MOST = 200  # comments found; who needs more needs other words

FIELDS = (
    "id", "number", "thread_id", "created_at", "author__name", "author__group", "author__organisation",
    "version__text", "theme__code", "theme__title", "theme__position", "thread__title", "thread__opening_id",
    "thread__opening__number", "thread__opening__status", "thread__comment_count",
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
) -> Found:
    """Public comments of an event that hold all these words, the most fitting first, then the newest. Three queries.

    `theme` is a theme's slug, `author` words of a name, `group` a stakeholder group; days are whole days in UTC.
    Without words it lists what the filters leave, the newest first; without both it finds nothing. What somebody
    may not read is never looked at: no count, snippet or filter speaks of it.
    """
    terms, names = terms_of(words), terms_of(author)
    if not (terms.wanted or terms.unwanted or names.wanted or theme or group or since or until):
        return Found(is_cut=terms.is_cut)
    visible = _visible(person, event)
    comments = _matching(_filtered(visible, theme, group, since, until), terms.wanted, names.wanted)
    if terms.unwanted or names.unwanted:
        comments = _without(comments, terms.unwanted + names.unwanted)
    keys = list(_ranked(comments, terms.wanted, names.wanted)[: MOST + 1])
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


def themes_of(person: Viewer, event: Event) -> list[tuple[str, str]]:
    """The themes to choose from, by slug. One query."""
    rows = Theme.objects.filter(event=event).order_by("is_meeting", "position").values_list("slug", "code", "title")
    return [(slug, f"{code}. {title}") for slug, code, title in rows]


def _visible(person: Viewer, event: Event) -> QuerySet[Comment]:
    """What search may find: public texts that this person may read. The index is never asked without it."""
    # No join with the themes: it would keep SQLite from walking its index backwards.
    themes = Theme.objects.filter(event=event).order_by().values("pk")
    return Comment.objects.readable_by(person).public().filter(theme__in=themes)


def _filtered(
    comments: QuerySet[Comment], theme: str, group: str, since: date | None, until: date | None
) -> QuerySet[Comment]:
    if theme:
        comments = comments.filter(theme__slug=theme)
    if group:
        comments = comments.filter(author__group=group)
    if since:
        comments = comments.filter(created_at__gte=datetime.combine(since, time.min, UTC))
    if until:
        comments = comments.filter(created_at__lte=datetime.combine(until, time.max, UTC))
    return comments


def _matching(comments: QuerySet[Comment], wanted: tuple[Term, ...], names: tuple[Term, ...]) -> QuerySet[Comment]:
    """Those whose current version the index knows with these words: a row that lags behind finds nothing."""
    if not wanted and not names:
        return comments
    if connection.vendor == "postgresql":
        key, (question, params) = "comment_id", postgres_question(wanted, names)
        match = f"forum_search.document @@ {question}"
    else:
        key, params = "rowid", [sqlite_question(wanted, names)]
        match = "forum_search MATCH %s"
    current = "forum_search.version_id = forum_comment.version_id"
    # The index is no model, so its join is written out; every value in it is a parameter.
    return comments.extra(  # noqa: S610
        tables=["forum_search"], where=[f"forum_search.{key} = forum_comment.id", current, match], params=params
    )


def _ranked(comments: QuerySet[Comment], wanted: tuple[Term, ...], names: tuple[Term, ...]) -> QuerySet[Any]:
    """Their keys, the most fitting first, then the newest.

    Fitting is weighed among the newest WEIGHED: a word that stands in every text would cost a look at all of them.
    """
    keys = comments.values_list("pk", flat=True)
    if not wanted and not names:
        return keys.order_by("-created_at", "-pk")
    # What a comment is found by has its key, so both databases walk their index backwards and stop.
    key = "forum_search.comment_id" if connection.vendor == "postgresql" else "forum_search.rowid"
    newest = list(keys.order_by(RawSQL(key, []).desc())[:WEIGHED])  # noqa: S611
    among = keys.extra(where=[f"{key} >= %s"], params=newest[-1:] or [0])  # noqa: S610
    if connection.vendor == "postgresql":
        question, params = postgres_question(wanted, names)
        relevance = RawSQL(f"-ts_rank('{POSTGRES_WEIGHTS}', forum_search.document, {question})", params)  # noqa: S611
    else:
        relevance = RawSQL(f"bm25(forum_search, 0.0, {SQLITE_WEIGHTS})", [])  # noqa: S611
    return among.order_by(relevance, "-created_at", "-pk")


def _without(comments: QuerySet[Comment], unwanted: tuple[Term, ...]) -> QuerySet[Comment]:
    for term in unwanted:
        if connection.vendor == "postgresql":
            question, params = postgres_question((term,))
            rows = f"SELECT comment_id FROM forum_search WHERE document @@ {question}"  # noqa: S608
        else:
            params = [sqlite_question((term,))]
            rows = "SELECT rowid FROM forum_search WHERE forum_search MATCH %s"
        comments = comments.exclude(pk__in=RawSQL(rows, params))  # noqa: S611
    return comments


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
        "written_label": format_datetime(row["created_at"]),
        "snippet": passage(row["version__text"], terms),
    }
