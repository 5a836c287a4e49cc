"""Whether rows are still what they were, asked outside of Django: one short statement, no thread, no transaction.

A state is a digest of every column of some rows. Two equal states mean that nothing in these rows changed in between.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from forum.database.sqlite.files import Identity, identity

ANSWER_WITHIN = 2.0  # seconds; then whoever asks goes the usual way, which knows what to say of an outage
AGAIN_AFTER = 1.0  # seconds without a question after one that failed

States = dict["Rows", tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table in which `column` has this value; all of them without a column."""

    table: str
    columns: tuple[str, ...]
    column: str = ""
    value: int = 0


def rows_of(model: Any, column: str = "", value: int = 0) -> Rows:
    """The rows of a model's table, with every column that it has."""
    return Rows(model._meta.db_table, tuple(field.column for field in model._meta.concrete_fields), column, value)


class RowStates:
    """Tells the state of rows. One instance belongs to one event loop."""

    def __init__(self) -> None:
        self._database = _Sqlite() if "sqlite" in settings.DATABASES["default"]["ENGINE"] else _Postgres()
        self._not_before = 0.0

    @property
    def is_away(self) -> bool:
        """Whether the database was away a moment ago."""
        return time.monotonic() < self._not_before

    def pause(self) -> None:
        """Asks nothing for a moment: the database is away."""
        self._not_before = time.monotonic() + AGAIN_AFTER

    async def state(self, rows: Sequence[Rows]) -> bytes | None:
        """The state of these rows at a moment after the call; None if the database did not say in time."""
        if self.is_away:
            return None
        try:
            found = await self._database.read(rows)
        except (sqlite3.Error, psycopg.Error, OSError, TimeoutError):
            self.pause()
            return None
        digest = sha256()
        for each in rows:
            for text in found[each]:
                digest.update(text.encode())
                digest.update(b"\0")
            digest.update(b"\1")
        return digest.digest()


class _Sqlite:
    """A connection that stays open and only reads; it waits for nobody. Its answers take some 0.05 ms."""

    def __init__(self) -> None:
        self._name = str(settings.DATABASES["default"]["NAME"])
        self._connection: sqlite3.Connection | None = None
        self._files: tuple[Identity, ...] = ()

    async def read(self, rows: Sequence[Rows]) -> States:
        """Raises sqlite3.Error and OSError."""
        if self._connection is None or self._files != self._files_now():
            self._open()
        assert self._connection is not None
        text = _sqlite_text(tuple((each.table, each.columns, each.column) for each in rows))
        values = [each.value for each in rows if each.column]
        return _by_rows(rows, self._connection.execute(text, values).fetchall())

    def _open(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection, self._files = None, ()
        self._connection = sqlite3.connect(f"file:{self._name}?mode=rw", uri=True, timeout=0, check_same_thread=False)
        self._connection.execute("PRAGMA query_only = ON")
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the log beside it, too
        self._files = self._files_now()

    def _files_now(self) -> tuple[Identity, ...]:
        return tuple(identity(self._name + ending) for ending in ("", "-wal", "-shm"))


@lru_cache(maxsize=100)
def _sqlite_text(kinds: tuple[tuple[str, tuple[str, ...], str], ...]) -> str:
    """Names are those of our models; values are bound."""
    texts = []
    for n, (table, columns, column) in enumerate(kinds):
        listed = ", ".join(f'"{name}"' for name in columns)
        condition = f' WHERE "{column}" = ?' if column else ""
        texts.append(f'SELECT {n}, json_array({listed}) FROM "{table}"{condition}')  # noqa: S608 - see above
    return " UNION ALL ".join(texts)


class _Postgres:
    """One connection beside the pool. Questions that come while one is away go together in the next."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._waiting: set[Rows] = set()
        self._next: asyncio.Task[States] | None = None
        self._running: asyncio.Task[States] | None = None

    async def read(self, rows: Sequence[Rows]) -> States:
        """Raises psycopg.Error, OSError and TimeoutError."""
        self._waiting |= set(rows)
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        return await asyncio.shield(self._next)

    async def _after(self, running: asyncio.Task[States] | None) -> States:
        if running is not None:
            await asyncio.wait([running])
        rows, self._waiting = list(self._waiting), set()
        self._running, self._next = self._next, None
        asked = asyncio.create_task(self._ask(rows))
        done, _ = await asyncio.wait([asked], timeout=ANSWER_WITHIN)
        if not done:
            self._drop()
            asked.cancel()
            asked.add_done_callback(lambda task: task.cancelled() or task.exception())
            raise TimeoutError
        if asked.exception() is not None:
            self._drop()
        return asked.result()

    async def _ask(self, rows: list[Rows]) -> States:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(**_arguments(), autocommit=True)
        texts = [self._text(n, each) for n, each in enumerate(rows)]
        values = [each.value for each in rows if each.column]
        cursor = await self._connection.execute(sql.SQL(" UNION ALL ").join(texts), values, prepare=False)
        return _by_rows(rows, await cursor.fetchall())

    def _text(self, n: int, rows: Rows) -> sql.Composed:
        """The whole row as PostgreSQL writes it, and the transaction that wrote it."""
        condition = sql.SQL(" WHERE {} = %s").format(sql.Identifier(rows.column)) if rows.column else sql.SQL("")
        row = sql.SQL("SELECT {}, concat(r.xmin, r::text) FROM {} r").format(n, sql.Identifier(rows.table))
        return row + condition

    def _drop(self) -> None:
        """At once: psycopg itself would wait seconds for a server that says nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.pgconn.finish()


def _arguments() -> dict[str, Any]:
    """As Django connects, without what only its own connections know."""
    known = settings.DATABASES["default"]
    options = {name: value for name, value in known.get("OPTIONS", {}).items() if name not in NOT_OF_LIBPQ}
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return options | {name: known[key] for name, key in named.items() if known.get(key)}


NOT_OF_LIBPQ = {"pool", "assume_role", "isolation_level", "server_side_binding"}


def _by_rows(rows: Sequence[Rows], found: Iterable[Any]) -> States:
    texts: list[list[str]] = [[] for _ in rows]
    for n, text in found:
        texts[n].append(text)
    return {each: tuple(sorted(some)) for each, some in zip(rows, texts, strict=True)}
