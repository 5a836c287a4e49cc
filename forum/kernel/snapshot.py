"""Several questions that are answered as of one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error as DatabaseError
from django.db import connection

# Django's own transactions take SQLite's lock for writing at once, which a reader does not need.
BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read inside is as of one moment, whatever is written meanwhile."""
    if connection.in_atomic_block:  # as of that transaction
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # what went wrong before is what matters
            cursor.execute("ROLLBACK")
