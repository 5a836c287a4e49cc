"""A condition for keys of which a query's text does not say how many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler


def listed(keys: Iterable[int]) -> str:
    """Keys in the form that `among` takes."""
    return json.dumps(list(keys))


@Field.register_lookup
class Among(Lookup):
    """`pk__among=listed(keys)`: as `pk__in`, but one statement for any number of keys, which can stay prepared."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (value,)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, before = self.process_lhs(compiler, connection)
        keys, given = self.process_rhs(compiler, connection)
        if connection.vendor == "postgresql":
            found = f"= ANY(translate({keys}, '[]', '{{}}')::bigint[])"
        else:
            found = f"IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - Django's own parts
        return f"{column} {found}", (*before, *given)
