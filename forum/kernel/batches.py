"""Statements that do not need each other's results, sent to the database together."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault

Row = tuple[Any, ...]


class Batch:
    """Collects statements that write, each with named values (`%(name)s`), and runs them when `run` is called.

    On PostgreSQL they travel as one statement with a part for each, so that locks are held for one round trip instead
    of many. All parts see the database as it was before: none may read or change what another one writes. Foreign keys
    are checked at the end. On SQLite, which has no round trips, they run one after the other.
    """

    def __init__(self) -> None:
        self.parts: list[tuple[str, dict[str, Any]]] = []

    def add(self, statement: str, values: dict[str, Any]) -> None:
        """One more statement."""
        self.parts.append((statement, values))

    def insert(self, instance: Model) -> None:
        """One more row, with its key and all values known, as it stands: no method `save`, no signals.

        The instance counts as saved from here on.
        """
        values = {}
        for field in _columns(type(instance)):
            value: Any = field.pre_save(instance, add=True)
            if isinstance(value, DatabaseDefault):
                value = value.get_source_expressions()[0].value
                setattr(instance, field.attname, value)
            values[str(field.column)] = field.get_db_prep_save(value, connection)
        instance._state.adding, instance._state.db = False, connection.alias
        self.add(_insert(type(instance)), values)

    def run(self, last: str = "", values: dict[str, Any] | None = None) -> list[Row]:
        """Runs what was collected, and `last` with it; returns what that finds."""
        parts, self.parts = self.parts, []
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(*_joined(parts, last, values or {}))
            else:
                for part in parts:
                    cursor.execute(*part)
                if last:
                    cursor.execute(last, values or {})
            return cursor.fetchall() if last else []


def _joined(parts: list[tuple[str, dict[str, Any]]], last: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """One statement of PostgreSQL with every statement in it; their values get the number of their part."""
    given = dict(values)
    texts = []
    for place, (statement, theirs) in enumerate(parts):
        texts.append(f"part{place} AS ({statement.replace('%(', f'%({place}_')})")
        given |= {f"{place}_{name}": value for name, value in theirs.items()}
    before = f"WITH {', '.join(texts)} " if texts else ""
    return before + (last or "SELECT 1"), given


@cache
def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _insert(model: type[Model]) -> str:
    names = [field.column for field in _columns(model)]
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(f"%({name})s" for name in names)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608 - names of our own
