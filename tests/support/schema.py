"""A database that a newer version of Parley has used, or one with an app that is not installed any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

FUTURE = ["forum", "9999_from_the_future"]
GONE = ["removed", "0001_of_an_app_that_is_gone"]


@contextmanager
def from_the_future(name: Sequence[str] = FUTURE) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)",
            [*name, "2030-01-01T00:00:00+00:00"],
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = %s", name[1:])
