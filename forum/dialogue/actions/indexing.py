"""Keeps the search index: one row for each public comment, written in the transaction of the change itself.

Nothing here decides who sees what: reading the index asks the comments' own rows again (see dialogue/queries/search).
The rows of others are never touched without their thread's lock, which every caller holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from accounts.models import Person
from forum.database.prepared import prepared_cursor
from forum.dialogue.models.search_index import LANGUAGES, MARKED, MARKS, folded
from forum.kernel.batches import Batch
from forum.kernel.choices import Status
from forum.models import Comment

# A text's language is the one whose dictionary finds the most empty words in it ("the", "les", "и").
DOCUMENT = """
    setweight(to_tsvector('simple', %(title)s) || to_tsvector(language, %(title)s), 'A')
        || setweight(to_tsvector('simple', %(name)s), 'B')
        || setweight(to_tsvector('simple', %(words)s) || stems, 'D')"""
KNOWN = ", ".join(f"'{name}'" for name in LANGUAGES)
# A dictionary finds nothing in a text without a letter of its script, so it need not be asked.
EACH_LANGUAGE = f"""(
        SELECT language, nth FROM unnest(ARRAY[{KNOWN}]::regconfig[]) WITH ORDINALITY AS known(language, nth)
        WHERE CASE language
            WHEN 'russian'::regconfig THEN %(words)s::text ~ '[\u0400-\u052f]'
            WHEN 'arabic'::regconfig THEN %(words)s::text ~ '[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]'
            ELSE TRUE END
    ) AS likely, LATERAL to_tsvector(language, %(words)s::text) AS made(stems)"""  # noqa: S608 - a list of our own
BEST_FIRST = "ORDER BY length(stems), nth LIMIT 1"
PUT = {
    "sqlite": f"""
        INSERT OR REPLACE INTO forum_search (rowid, version_id, title, name, words, marks)
        SELECT said.id, %(version)s, %(title)s, %(name)s, %(words)s, {MARKS["sqlite"]}
        FROM {MARKED} WHERE said.id = %(comment)s
    """,  # noqa: S608 - our own words
    "postgresql": f"""
        INSERT INTO forum_search (comment_id, version_id, document)
        SELECT said.id, %(version)s, {MARKS["postgresql"]} || {DOCUMENT}
        FROM {EACH_LANGUAGE}, {MARKED} WHERE said.id = %(comment)s {BEST_FIRST}
        ON CONFLICT (comment_id) DO UPDATE SET version_id = excluded.version_id, document = excluded.document
    """,  # noqa: S608 - a list of our own
}
# The same in two steps: what is analysed before any lock is only stored under it, together with the comment's own row.
ANALYSE = f"SELECT ({DOCUMENT})::text FROM {EACH_LANGUAGE} {BEST_FIRST}"  # noqa: S608
NEW = "FROM (SELECT CAST(%(comment)s AS bigint) AS id) AS said, forum_theme AS place WHERE place.id = %(theme)s"
STORE = {
    "sqlite": f"""
        INSERT OR REPLACE INTO forum_search (rowid, version_id, title, name, words, marks)
        SELECT said.id, %(version)s, %(title)s, %(name)s, %(words)s, {MARKS["sqlite"]} {NEW}
    """,
    "postgresql": f"""
        INSERT INTO forum_search (comment_id, version_id, document)
        SELECT said.id, %(version)s, {MARKS["postgresql"]} || %(document)s::tsvector {NEW}
    """,
}
# Both for many comments at once, on PostgreSQL: their columns come as arrays.
ANALYSE_ONE = re.sub(r"%\((\w+)\)s", r"said.\1", ANALYSE)
ANALYSE_ALL = f"""
    SELECT best.document
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS said(title, name, words, place),
        LATERAL ({ANALYSE_ONE}) AS best(document)
    ORDER BY said.place"""  # noqa: S608 - our own words
STORE_ALL = f"""
    INSERT INTO forum_search (comment_id, version_id, document)
    SELECT said.id, said.version, {MARKS["postgresql"]} || said.document::tsvector
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS said(id, version, theme, document)
        JOIN forum_theme AS place ON place.id = said.theme"""  # noqa: S608 - our own words
DROP = {
    "sqlite": "DELETE FROM forum_search WHERE rowid = %s",
    "postgresql": "DELETE FROM forum_search WHERE comment_id = %s",
}
RENAME = {
    "sqlite": ("UPDATE forum_search SET name = %s WHERE rowid IN (SELECT id FROM forum_comment WHERE author_id = %s)"),
    # What has no place in a text, as marks have none, does not get through ts_filter.
    "postgresql": f"""
        UPDATE forum_search SET document =
            {MARKS["postgresql"]} || ts_filter(document, '{{a,d}}') || setweight(to_tsvector('simple', %s), 'B')
        FROM {MARKED} WHERE said.id = comment_id AND said.author_id = %s
    """,  # noqa: S608
}
REMARK = {
    "sqlite": f"""
        UPDATE forum_search SET marks = (SELECT {MARKS["sqlite"]} FROM {MARKED} WHERE said.id = forum_search.rowid)
        WHERE rowid IN (SELECT id FROM forum_comment WHERE thread_id = %s)
    """,  # noqa: S608
    "postgresql": f"""
        UPDATE forum_search SET document = {MARKS["postgresql"]} || ts_filter(document, '{{a,b,d}}')
        FROM {MARKED} WHERE said.id = comment_id AND said.thread_id = %s
    """,  # noqa: S608
}


class Words(NamedTuple):
    """By what a comment is found: its title (openings only), its author's name, its words."""

    title: str
    name: str
    words: str


def put(comment_id: int, version_id: int, *, title: str, name: str, text: str) -> None:
    """Makes a public comment findable by its title (openings only), its author's name and its words. One statement."""
    words = {"title": folded(title), "name": folded(name), "words": folded(text)}
    with connection.cursor() as cursor:
        cursor.execute(PUT[connection.vendor], words | {"comment": comment_id, "version": version_id})


def analysed(*, title: str, name: str, text: str) -> dict[str, str]:
    """What the index is to hold of a text that is no comment yet, for `store`: to be asked before any lock is taken.

    One statement on PostgreSQL, none on SQLite.
    """
    words = Words(folded(title), folded(name), folded(text))
    if connection.vendor == "sqlite":
        return words._asdict()
    with prepared_cursor() as cursor:
        cursor.execute(ANALYSE, words._asdict())
        return {"document": cursor.fetchone()[0]}


def analysed_together(texts: Sequence[Words]) -> list[dict[str, str]]:
    """The same for many texts. One statement on PostgreSQL, none on SQLite."""
    rows = [Words(*map(folded, words)) for words in texts]
    if connection.vendor == "sqlite" or not rows:
        return [row._asdict() for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(ANALYSE_ALL, [list(column) for column in zip(*rows, strict=True)])
        return [{"document": document} for (document,) in cursor.fetchall()]


def store(document: dict[str, str], comment: Comment, batch: Batch) -> None:
    """Makes a new public comment findable by what was made of its text before. One statement in the batch."""
    batch.add(STORE[connection.vendor], document | _place(comment))


def store_together(documents: Sequence[tuple[Comment, dict[str, str]]]) -> None:
    """The same for many comments. One statement, which SQLite runs once for each."""
    if not documents:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(STORE["sqlite"], [{**document, **_place(comment)} for comment, document in documents])
            return
        rows = [(each.pk, each.version_id, each.theme_id, document["document"]) for each, document in documents]
        cursor.execute(STORE_ALL, [list(column) for column in zip(*rows, strict=True)])


def _place(comment: Comment) -> dict[str, int | None]:
    return {"comment": comment.pk, "version": comment.version_id, "theme": comment.theme_id}


def drop(comment_id: int) -> None:
    """Takes a comment out of the index. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(DROP[connection.vendor], [comment_id])


def rename(person: Person, name: str) -> None:
    """Makes everything public that somebody wrote findable by their new name only. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(RENAME[connection.vendor], [folded(name), person.pk])


def renew_marks(thread_id: int) -> None:
    """Says under which theme the comments of a thread stand now. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(REMARK[connection.vendor], [thread_id])


def renew(comments: Iterable[int]) -> None:
    """Indexes these comments as they are now: public ones with their current text, others not at all."""
    rows = Comment.objects.filter(pk__in=comments).order_by().values(
        "id", "status", "version_id", "version__text", "author__name", "thread__title", "thread__opening_id",
    )  # fmt: skip
    for row in rows:
        if row["status"] != Status.PUBLISHED or row["version_id"] is None:
            drop(row["id"])
            continue
        title = row["thread__title"] if row["id"] == row["thread__opening_id"] else ""
        put(row["id"], row["version_id"], title=title, name=row["author__name"], text=row["version__text"])
