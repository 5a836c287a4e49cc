"""Makes a filled dialogue many times as large: the database copies a block of its threads, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.models import Field, Model

from forum.dialogue.models.search_index import MARKED, MARKS
from forum.models import Comment, CommentVersion, Thread

# What each copy of a row has instead: `{column}` is the name of the column, copy.n the number of the copy.
LATER = {
    "sqlite": "datetime({column}, (copy.n * %(comments)s) || ' seconds')",
    "postgresql": "{column} + copy.n * %(comments)s * interval '1 second'",
}
BY_COMMENTS, BY_THREADS = "{column} + copy.n * %(comments)s", "{column} + copy.n * %(threads)s"
COPIES = "(WITH RECURSIVE nth(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < %(copies)s) SELECT n FROM nth)"
# What the index holds of the first comments is true of all that have their texts: of each `texts`th from there on.
FIRST = "(said.id - 1) %% %(texts)s + 1"
INDEX = {
    "sqlite": f"""
        INSERT INTO forum_search (rowid, version_id, title, name, words, marks)
        SELECT said.id, said.version_id, found.title, found.name, found.words, {MARKS["sqlite"]}
        FROM {MARKED} JOIN forum_search AS found ON found.rowid = {FIRST} WHERE said.id > %(texts)s
    """,
    "postgresql": f"""
        INSERT INTO forum_search (comment_id, version_id, document)
        SELECT said.id, said.version_id, {MARKS["postgresql"]} || ts_filter(found.document, '{{a,b,d}}')
        FROM {MARKED} JOIN forum_search AS found ON found.comment_id = {FIRST} WHERE said.id > %(texts)s
    """,
}


@dataclass(frozen=True)
class Block:
    """Threads beside each other whose comments have the keys and numbers from `first` + 1 to `last`, with versions of
    the same keys. Copies come behind it, each one second a comment later than the one before."""

    first: int
    last: int
    first_thread: int
    threads: int

    @property
    def comments(self) -> int:
        return self.last - self.first


def copy(block: Block, copies: int) -> None:
    """Copies a block so many times."""
    by_comments = dict.fromkeys(("id", "number", "revision", "published_revision", "version_id"), BY_COMMENTS)
    later = dict.fromkeys(("created_at", "published_at"), LATER[connection.vendor])
    places = {"parent_id": BY_COMMENTS, "tree_id": BY_COMMENTS, "thread_id": BY_THREADS}
    key = {"key": "'bench-' || copy.n || '-' || {column}"}
    threads = dict.fromkeys(("opening_id", "last_comment_id", "revision"), BY_COMMENTS) | {"id": BY_THREADS}
    values = {name: getattr(block, name) for name in ("first", "last", "comments", "first_thread", "threads")}
    values["copies"] = copies
    with connection.cursor() as cursor:
        inside = "{column} > %(first_thread)s AND {column} <= %(first_thread)s + %(threads)s"
        cursor.execute(_copied(Thread, threads, inside), values)
        inside = "{column} > %(first)s AND {column} <= %(last)s"
        cursor.execute(_copied(Comment, by_comments | later | places | key, inside), values)
        texts = {"id": BY_COMMENTS, "comment_id": BY_COMMENTS, "created_at": later["created_at"]}
        cursor.execute(_copied(CommentVersion, texts, inside), values)


def index_others(texts: int) -> None:
    """Indexes all comments but the first, which are, as many as there are texts."""
    with _without_search_index(), connection.cursor() as cursor:
        cursor.execute(INDEX[connection.vendor], {"texts": texts})


def _copied(model: type[Model], changes: dict[str, str], inside: str) -> str:
    table = model._meta.db_table
    fields: list[Field] = [field for field in model._meta.concrete_fields if not field.generated]
    columns = [str(field.column) for field in fields]
    said = [changes.get(name, "{column}").format(column=f"said.{name}") for name in columns]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(said)} "
        f"FROM {COPIES} AS copy, {table} AS said WHERE {inside.format(column='said.id')}"
    )


@contextmanager
def _without_search_index() -> Iterator[None]:
    """Rebuilding a GIN index is much faster than filling it row by row."""
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'forum_search_document'")
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX forum_search_document")
        yield
        cursor.execute(definition)
