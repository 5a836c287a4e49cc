"""How much of its tables a database goes through for something, which must not grow with them. No time is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Counted by PostgreSQL for the transaction that runs, statement by statement.
_ROWS_SO_FAR = "SELECT COALESCE(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables"


def touched(work: Callable[[], Any]) -> int:
    """The steps of SQLite's machine while `work` runs, or the rows that PostgreSQL reads for it.

    Small tables are read whole by PostgreSQL, so its plans are made here as if they were large.
    """
    if connection.vendor == "sqlite":
        return _steps(work)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(_ROWS_SO_FAR)
        before = cursor.fetchone()[0]
        work()
        cursor.execute(_ROWS_SO_FAR)
        return int(cursor.fetchone()[0] - before)


def plan_of(work: Callable[[], Any]) -> str:
    """How the database goes about what `work` asks: a line for each step, with the indexes that it uses."""
    with CaptureQueriesContext(connection) as seen:
        work()
        asked = [query["sql"] for query in seen]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        lines: list[str] = []
        for statement in asked:
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {statement}")
            lines += [str(row[-1]) for row in cursor.fetchall()]
    return "\n".join(lines)


def _steps(work: Callable[[], Any]) -> int:
    steps = 0

    def note() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(note, 1)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 1)
    return steps
