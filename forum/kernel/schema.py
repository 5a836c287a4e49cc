"""Which migrations the database has had, and which this version of Parley knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

Name = tuple[str, str]  # app, migration
APPLIED = "SELECT app, name FROM django_migrations"


@cache
def _on_disk() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


@cache
def known() -> frozenset[Name]:
    """Every migration of this version. Read from the disk once."""
    return frozenset(_on_disk().disk_migrations)


def applied(source: Any = connection) -> frozenset[Name]:
    """What the database has had; nothing if it is new."""
    if "django_migrations" not in source.introspection.table_names():
        return frozenset()
    with source.cursor() as cursor:
        cursor.execute(APPLIED)
        return frozenset((app, name) for app, name in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Comparison:
    """`pending` must still be applied; `foreign` come from a newer version."""

    pending: list[Name]
    foreign: list[Name]

    @property
    def is_current(self) -> bool:
        return not self.pending and not self.foreign


def compare(have: frozenset[Name]) -> Comparison:
    """Of an app that is not installed any more, nothing counts."""
    loader = _on_disk()
    return compare_with(loader.disk_migrations, loader.migrated_apps, have)


def compare_with(migrations: dict[Name, Any], installed: set[str], have: frozenset[Name]) -> Comparison:
    """One that replaces others has been applied if all of those have been, and is left aside, as Django does, if only
    some have been."""
    needed, is_known, done = set(migrations), set(migrations), set(have)
    for name, migration in migrations.items():
        if replaced := {(app, other) for app, other in migration.replaces}:
            is_known |= replaced
            if replaced <= have:
                done.add(name)
            if replaced <= have or not replaced & have:
                needed -= replaced
            else:
                needed.discard(name)
    foreign = [name for name in have - is_known if name[0] in installed]
    return Comparison(pending=sorted(needed - done), foreign=sorted(foreign))


def named(migrations: list[Name]) -> str:
    """The first of some migrations, as a sentence names it: forum.0042_restorations and 3 more."""
    first = ".".join(migrations[0])
    return first if len(migrations) == 1 else f"{first} and {len(migrations) - 1} more"
