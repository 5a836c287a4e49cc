"""The database as a backup needs it: one moment that stands still, and a schema of a chosen age."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from forum.kernel import schema

SNAPSHOT = "snapshot"
SEARCH = "forum_search"  # stands beside the models, and is built anew


@contextmanager
def one_moment() -> Iterator[str]:
    """The alias of a connection that sees one moment of the database, however much is written meanwhile."""
    source: Any = connection.copy(alias=SNAPSHOT)
    options = source.settings_dict["OPTIONS"]
    is_sqlite = source.vendor == "sqlite"
    if is_sqlite:
        options["transaction_mode"] = "DEFERRED"  # a reader of the write-ahead log: keeps nobody from writing
    else:
        options.pop("pool", None)
    connections[SNAPSHOT] = source
    try:
        with transaction.atomic(using=SNAPSHOT), source.cursor() as cursor:
            if is_sqlite:
                cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")  # the moment begins with the first read
            else:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                without_time_limits(cursor)
            yield SNAPSHOT
    finally:
        source.close()
        del connections[SNAPSHOT]


def without_time_limits(cursor: Any) -> None:
    """For this transaction of PostgreSQL: what serves pages has to be quick, a backup has not."""
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SET LOCAL {name} = 0")


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One transaction for a whole restore, in which rows may come before those that they refer to."""
    with connection.constraint_checks_disabled(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                without_time_limits(cursor)
        yield


def check_references_later() -> None:
    """What migrates a database may have told it to check at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def check_references() -> None:
    """Raises IntegrityError if a row refers to one that is not there. From now on PostgreSQL checks at once: it
    alters no table of which something is still to be checked."""
    connection.check_constraints()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def empty_tables(models: Any) -> None:
    """Deletes every row of these models' tables, and counts keys from 1 again."""
    tables = [model._meta.db_table for model in models.get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True):
            cursor.execute(statement)


def drop_tables() -> None:
    """Takes our tables out of the database, and nothing else."""
    present = set(connection.introspection.table_names())
    have = schema.applied()
    models = state_of(have).get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models} | {SEARCH, "django_migrations"}
    how = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in sorted(tables & present):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}{how}")


def state_of(migrations: frozenset[schema.Name]) -> Any:
    """The models as they were with these migrations."""
    if schema.compare(migrations).is_current:
        return apps
    loader = MigrationExecutor(connection).loader
    return loader.project_state(_newest(loader, migrations)).apps


def migrate_to(migrations: frozenset[schema.Name]) -> None:
    """Makes the tables that an older archive fits into. The database has none of ours."""
    executor = MigrationExecutor(connection)
    executor.migrate(_newest(executor.loader, migrations))


def migrate_on() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def reset_sequences(models: list[Any]) -> None:
    """The next key of each table follows its highest."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def empty_search() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {SEARCH}")  # noqa: S608 - our name


def _newest(loader: Any, migrations: frozenset[schema.Name]) -> list[schema.Name]:
    """Those that no other of the same app builds on; without those of apps that are not installed any more."""
    nodes = loader.graph.node_map
    migrations = schema.completed(migrations) & nodes.keys()
    built_on = {parent.key for name in migrations for parent in nodes[name].parents if parent.key[0] == name[0]}
    return sorted(migrations - built_on)
