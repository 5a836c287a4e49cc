"""Statements that do not need each other's results, sent to the database together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
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
        values, marks = {}, []
        for field in _columns(type(instance)):
            value = field.get_db_prep_save(_value(instance, field), connection)
            if (literal := _literal(value)) is None:
                values[str(field.column)] = value
            marks.append(literal or f"%({field.column})s")
        instance._state.adding, instance._state.db = False, connection.alias
        self.add(_insert(type(instance), tuple(marks)), values)

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


def insert_all(instances: Sequence[Model]) -> None:
    """Rows of one model, with their keys and all values known, as they stand: no method `save`, no signals.

    One statement, which SQLite runs once for each row. The instances count as saved.
    """
    if not instances:
        return
    model = type(instances[0])
    columns = [_column(instances, field) for field in _columns(model)]
    # What all rows share is part of the statement: half of a comment's columns.
    marks = tuple(column if isinstance(column, str) else "%s" for column in columns)
    rows = list(zip(*(column for column in columns if not isinstance(column, str)), strict=True))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            more = f", ({', '.join(marks)})" * (len(rows) - 1)
            cursor.execute(_insert(model, marks) + more, [value for row in rows for value in row])
        else:
            cursor.executemany(_insert(model, marks), rows)
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias


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


def _column(instances: Sequence[Model], field: Field[Any, Any]) -> list[Any] | str:
    """What the database is to store of a field of new rows, or how a statement says it if it is the same for all."""
    values = [_value(instance, field) for instance in instances]
    if any(value != values[0] for value in values):
        return [field.get_db_prep_save(value, connection) for value in values]
    stored = field.get_db_prep_save(values[0], connection)
    return _literal(stored) or [stored] * len(values)


def _value(instance: Model, field: Field[Any, Any]) -> Any:
    """What a field of a new row holds; a value that the database would fill in is filled in here."""
    value: Any = field.pre_save(instance, add=True)
    if isinstance(value, DatabaseDefault):
        value = value.get_source_expressions()[0].value
        setattr(instance, field.attname, value)
    return value


def _literal(value: Any) -> str | None:
    """How the statement itself says a value that most rows share: psycopg remembers how it parsed a
    statement only if that has few parameters."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int() if value == 0:
            return "0"
        case str() if value == "":
            return "''"
    return None


@lru_cache
def _insert(model: type[Model], marks: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _columns(model))
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(marks)})'  # noqa: S608 - our own names
