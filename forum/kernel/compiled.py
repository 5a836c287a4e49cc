"""Queries whose SQL is composed once: for those that every request asks again with other values.

Django composes the same SQL for each request anew, which takes far longer than the database takes to answer a narrow
question. Here it does so once in a process and for each kind of database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from forum.database.prepared import bound, one_round_trip, prepared_cursor

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=tuple[Any, ...])
Slot = tuple[str | None, Any]  # a value by its name, or one that is always the same
TOO_LARGE = 2**63  # for a number of either database

# Stand for values while the SQL is composed; no query of ours asks for any of these.
MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda n: 2**62 + n,
    str: lambda n: f"\x01value {n}\x01",
    datetime: lambda n: datetime(1, 1, 1, microsecond=n, tzinfo=UTC),
}


class CompiledValues(Generic[R]):
    """A query with named values (numbers, texts, or times) that ends in `values_list`. Its rows are tuples."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.known: dict[str, _Composed] = {}  # by the kind of database

    def rows(self, **values: Any) -> list[R]:
        """What the query finds with these values. One statement; raises KeyError if one is missing."""
        with self.cursor() as cursor:
            found: list[R] = self.ask(cursor, values)()
        return found

    def cursor(self) -> Any:
        """Not prepared: PostgreSQL would keep one plan for all values, and here are ranges of every width."""
        return connection.cursor()

    def ask(self, cursor: Any, values: dict[str, Any]) -> Callable[[], list[Any]]:
        """Sends the query; what comes back fetches its rows."""
        if (composed := self.known.get(connection.vendor)) is None:
            composed = self.known[connection.vendor] = self.compose()
        return composed.ask(cursor, values)

    def compose(self) -> _Composed:
        return _Composed(self.marked(), self.marks())

    def marks(self) -> dict[str, Any]:
        return {name: MARKS[kind](place) for place, (name, kind) in enumerate(self.kinds.items())}

    def marked(self) -> QuerySet[Any, Any]:
        return self.build(**self.marks())


class Compiled(CompiledValues[Any], Generic[M]):
    """The same for a query of one model.

    The rows become instances as Django's own, with what `select_related`, `only` and `annotate` ask for. They are found
    by keys, so PostgreSQL plans once for a connection.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], **kinds: type) -> None:
        super().__init__(build, **kinds)

    def cursor(self) -> Any:
        return prepared_cursor()

    def rows(self, **values: Any) -> list[M]:
        return super().rows(**values)

    def get(self, **values: Any) -> M:
        """The one row. Raises the model's DoesNotExist."""
        for row in self.rows(**values):
            return row
        model: Any = self.marked().model
        raise model.DoesNotExist

    def compose(self) -> _Composed:
        return _ComposedInstances(self.marked(), self.marks())


class CompiledDicts(CompiledValues[Any]):
    """The same for a query that ends in `values`: its rows are dictionaries by those names."""

    def __init__(self, build: Callable[..., QuerySet[Any, dict[str, Any]]], **kinds: type) -> None:
        super().__init__(build, **kinds)

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        return super().rows(**values)

    def compose(self) -> _Composed:
        return _ComposedDicts(self.marked(), self.marks())


class PreparedValues(CompiledValues[R]):
    """As `CompiledValues`, for rows that are found by keys, so that PostgreSQL plans once for a connection."""

    def cursor(self) -> Any:
        return prepared_cursor()


class PreparedDicts(CompiledDicts):
    """As `CompiledDicts`, for rows that are found by keys."""

    def cursor(self) -> Any:
        return prepared_cursor()


def rows_together(*asked: tuple[Compiled[Any], dict[str, Any]]) -> list[list[Any]]:
    """The rows of several queries, each with its values, in one round trip; each sees what is true when it runs."""
    with ExitStack() as ends:
        cursors = [ends.enter_context(prepared_cursor()) for _ in asked]
        with one_round_trip():
            found = [query.ask(cursor, values) for cursor, (query, values) in zip(cursors, asked, strict=True)]
        return [rows() for rows in found]


class _Composed:
    """The SQL of one query for one kind of database."""

    def __init__(self, marked: QuerySet[Any, Any], marks: dict[str, Any]) -> None:
        compiler: Any = marked.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, params = compiler.as_sql()
        names = {_adapted(mark): name for name, mark in marks.items()}
        # PostgreSQL's numbers are of a type of their own, made of int.
        self.slots = [(names.get(param) if isinstance(param, tuple(MARKS)) else None, param) for param in params]
        if missing := marks.keys() - {name for name, _ in self.slots}:
            raise ValueError(f"This query does not ask for {', '.join(sorted(missing))} as it was given.")
        if connection.vendor == "postgresql":
            self.sql, self.slots = _with_constants(self.sql, self.slots)
        self.converters = list(compiler.get_converters([each[0] for each in compiler.select]).items())
        self.prepare(compiler)

    def prepare(self, compiler: Any) -> None:
        """Notes what else is needed to make something of a row."""

    def ask(self, cursor: Any, values: dict[str, Any]) -> Callable[[], list[Any]]:
        if any(type(value) is int and abs(value) >= TOO_LARGE for value in values.values()):
            return list  # as Django answers what no column holds
        given = {name: bound(_adapted(value)) for name, value in values.items()}
        cursor.execute(self.sql, [param if name is None else given[name] for name, param in self.slots])
        return lambda: self.made_of([self._converted(row) for row in cursor.fetchall()])

    def made_of(self, rows: list[Any]) -> list[Any]:
        return rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if not self.converters:
            return row
        columns = list(row)
        for place, (convert, expression) in self.converters:
            for converter in convert:
                columns[place] = converter(columns[place], expression, connection)
        return tuple(columns)


class _ComposedInstances(_Composed):
    """The same, and how its rows become instances."""

    def prepare(self, compiler: Any) -> None:
        self.info, self.annotations = compiler.klass_info, compiler.annotation_col_map
        fields = self.info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names = [each[0].target.attname for each in compiler.select[self.start : self.end]]
        populators: Any = get_related_populators
        self.related = populators(self.info, compiler.select, DEFAULT_DB_ALIAS)

    def made_of(self, rows: list[Any]) -> list[Any]:
        return [self._instance(row) for row in rows]

    def _instance(self, row: tuple[Any, ...]) -> Any:
        made = self.info["model"].from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
        for populator in self.related:
            populator.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made


class _ComposedDicts(_Composed):
    """The same, and what its columns are called."""

    def prepare(self, compiler: Any) -> None:
        query = compiler.query
        self.names = list(query.selected or (*query.values_select, *query.annotation_select))

    def made_of(self, rows: list[Any]) -> list[Any]:
        return [dict(zip(self.names, row, strict=True)) for row in rows]


def _with_constants(sql: str, slots: list[Slot]) -> tuple[str, list[Slot]]:
    """The same with what never changes written into the text: a prepared plan can go by a partial index only then."""
    ops: Any = connection.ops
    first, *pieces = sql.split("%s")
    written = [first]
    for (name, param), piece in zip(slots, pieces, strict=True):
        written += "%s" if name else ops.compose_sql("%s", [param]).replace("%", "%%"), piece
    return "".join(written), [slot for slot in slots if slot[0]]


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
