"""Statements that most requests run again with other values: PostgreSQL reads and plans each once for a connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


def prepared_cursor() -> Any:
    """A cursor whose statements stay prepared on PostgreSQL; elsewhere, and behind a pooler, an ordinary one.

    For statements with few different texts, each of them narrow: PostgreSQL keeps one plan for all values.
    """
    return getattr(connection, "prepared_cursor", connection.cursor)()


def bound(value: Any) -> Any:
    """A value for such a cursor. Numbers have one type whatever their size, or each size would be prepared by itself.

    PostgreSQL refuses a number that does not fit its column.
    """
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return connection.bigint(value) if is_number and _is_postgresql() else value  # type: ignore[attr-defined]


@contextmanager
def one_round_trip() -> Iterator[None]:
    """What is executed in this block is sent together; the results can be fetched after it. Errors come at its end.

    Statements that follow one that fails are not run. Only prepared cursors may be used in it, and each for one
    statement. On SQLite it does nothing.
    """
    if not _is_postgresql():
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"
