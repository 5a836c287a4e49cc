"""Statements that do not need each other's results, sent to the database together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault

from forum.database.prepared import bound, prepared_cursor

Row = tuple[Any, ...]
Part = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Later:
    """Stands for what the batch takes, in a column of this name, until the batch has run."""

    name: str


class Batch:
    """Collects statements that write, each with named values (`%(name)s`), and runs them when `run` is called.

    On PostgreSQL they travel as one statement with a part for each, so that locks are held for one round trip instead
    of many. All parts see the database as it was before: none may read or change what another one writes, except
    through `take`. Foreign keys are checked at the end. On SQLite, which has no round trips, they run one after the
    other.
    """

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.taken: tuple[Part, tuple[str, ...]] | None = None
        self.unfinished: list[tuple[Model, str, Later]] = []

    def take(self, statement: str, values: dict[str, Any], columns: tuple[str, ...], *, now: bool) -> Row:
        """One statement that returns one row, with these `columns`, for the parts that follow to use. Once in a batch.

        The row, if it is needed `now`; else on PostgreSQL a `Later` for each column, and the statement is a part, too.
        """
        if now or connection.vendor != "postgresql":
            with prepared_cursor() as cursor:
                cursor.execute(statement, _bound(values))
                row: Row = cursor.fetchone()
                return row
        self.taken = (statement, values), columns
        return tuple(map(Later, columns))

    def add(self, statement: str, values: dict[str, Any]) -> None:
        """One more statement."""
        self.parts.append((statement, values))

    def insert(self, instance: Model) -> None:
        """One more row, with its key and all values known, as it stands: no method `save`, no signals.

        The instance counts as saved from here on. What is `Later` in it is known after `run`.
        """
        values, marks = {}, []
        for field in _columns(type(instance)):
            value = _value(instance, field)
            if not isinstance(value, Later):
                value = field.get_db_prep_save(value, connection)
            if (literal := _literal(value)) is None:
                values[str(field.column)] = value
            marks.append(literal or f"%({field.column})s")
        instance._state.adding, instance._state.db = False, connection.alias
        self.finish(instance)
        self.add(_insert(type(instance), tuple(marks)), values)

    def finish(self, instance: Model) -> None:
        """Replaces what is `Later` in an instance, now, by what was taken, once the batch has run."""
        facts = vars(instance).items()
        self.unfinished += [(instance, name, value) for name, value in facts if isinstance(value, Later)]

    def run(self, last: str = "", values: dict[str, Any] | None = None) -> list[Row]:
        """Runs what was collected, and `last` with it; returns what that finds."""
        parts, self.parts = self.parts, []
        if connection.vendor == "postgresql":
            return self._run_joined(parts, last, values or {})
        with prepared_cursor() as cursor:
            for part in parts:
                cursor.execute(*part)
            if last:
                cursor.execute(last, values or {})
            return cursor.fetchall() if last else []

    def _run_joined(self, parts: list[Part], last: str, values: dict[str, Any]) -> list[Row]:
        taken, self.taken = self.taken, None
        with prepared_cursor() as cursor:
            if taken is None:
                cursor.execute(*_joined([*parts, (last or "SELECT 1", values)]))
                return cursor.fetchall() if last else []
            first, columns = taken
            cursor.execute(*_joined([first, *parts, *([(last, values)] if last else [])], columns, finds=bool(last)))
            rows = cursor.fetchall()
        known = dict(zip(columns, rows[0], strict=False))
        for instance, name, value in self.unfinished:
            setattr(instance, name, known[value.name])
        return [row[len(columns) :] for row in rows if row[-1] is not None] if last else []


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


def _joined(parts: list[Part], taken: tuple[str, ...] = (), *, finds: bool = False) -> Part:
    """One statement of PostgreSQL with every statement in it; their values get the number of their part.

    The last one stays outside, unless the first one takes something: then what that takes comes with each row of what
    the last one `finds`.
    """
    given: dict[str, Any] = {}
    texts = []
    for place, (statement, theirs) in enumerate(parts):
        text = statement.replace("%(", f"%({place}_")
        for name, value in theirs.items():
            if isinstance(value, Later):
                text = text.replace(f"%({place}_{name})s", f"(SELECT {value.name} FROM part0)")  # noqa: S608 - ours
            else:
                given[f"{place}_{name}"] = bound(value)
        texts.append(text)
    if not taken:
        *inner, outer = texts
    else:
        columns = ", ".join(f"part0.{name}" for name in taken)
        inner, end = texts, f", found.* FROM part0 LEFT JOIN part{len(parts) - 1} AS found ON TRUE"
        outer = f"SELECT {columns}{end if finds else ' FROM part0'}"  # noqa: S608 - our own names
    before = ", ".join(f"part{place} AS ({text})" for place, text in enumerate(inner))
    return f"WITH {before} {outer}" if inner else outer, given


def _bound(values: dict[str, Any]) -> dict[str, Any]:
    return {name: bound(value) for name, value in values.items()}


@cache
def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _column(instances: Sequence[Model], field: Field[Any, Any]) -> list[Any] | str:
    """What the database is to store of a field of new rows, or how a statement says it if it is the same for all."""
    values = [_value(instance, field) for instance in instances]
    if any(value != values[0] for value in values):
        backend = connections[DEFAULT_DB_ALIAS]  # itself: `connection` looks for it at each access
        return [field.get_db_prep_save(value, backend) for value in values]
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
