"""Rows of a table as JSON lines, alike on every database, and back. A table is never in memory as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db import models

AT_ONCE = 200  # rows; with all their columns fewer than the values that SQLite takes in one statement
# Sessions: people log in again. Stamps: new ones make open pages load themselves anew. That a copy was restored is
# true of the copy only.
NOT_CARRIED = {"sessions.session", "forum.revisionstamp", "forum.restoration"}
MADE_ANEW = {("forum.theme", "stamp")}


def carried(apps: Any) -> list[type[models.Model]]:
    """The models whose rows an archive has, of today or of an older state."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and model._meta.label_lower not in NOT_CARRIED]


def dump(model: type[models.Model], using: str, *, leave_out: Iterable[Any] = ()) -> Iterator[bytes]:
    """Every row as a line, in the order of the keys."""
    names = [field.attname for field in _fields(model)]
    rows = model._base_manager.using(using).exclude(pk__in=leave_out).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=AT_ONCE):
        line = json.dumps(dict(zip(names, row, strict=True)), default=_plain, sort_keys=True, separators=(",", ":"))
        yield line.encode() + b"\n"


def load(model: type[models.Model], lines: Iterable[bytes], connection: Any) -> int:
    """Puts rows in as they are, past defaults and managers; says how many. Raises ValueError for what is no row."""
    fields = _fields(model, is_whole=True)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - our own names
    count, rest = 0, iter(lines)
    with connection.cursor() as cursor:
        while chunk := list(islice(rest, AT_ONCE)):
            values = [value for line in chunk for value in _prepared(fields, json.loads(line), connection)]
            cursor.execute(statement + ", ".join([places] * len(chunk)), values)
            count += len(chunk)
    return count


def _fields(model: type[models.Model], *, is_whole: bool = False) -> list[models.Field]:
    """The columns that an archive has; `is_whole` adds those which are made anew, but never what a database works
    out by itself."""
    label = model._meta.label_lower
    stored = [field for field in model._meta.concrete_fields if not field.generated]
    return [field for field in stored if is_whole or (label, field.attname) not in MADE_ANEW]


def _prepared(fields: list[models.Field], row: dict[str, Any], connection: Any) -> list[Any]:
    known = {field.attname for field in fields}
    if unknown := row.keys() - known:
        raise ValueError(f"unknown column {min(unknown)}")
    values = [_value(field, row[field.attname]) if field.attname in row else field.get_default() for field in fields]
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]


def _value(field: models.Field, value: Any) -> Any:
    return field.to_python(value) if isinstance(field, models.DateField) and value is not None else value


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no way to write {type(value)}")
