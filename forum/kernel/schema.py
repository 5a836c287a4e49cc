"""Which migrations the database has had, and which this version of Parley knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader

Name = tuple[str, str]  # app, migration
APPLIED = "SELECT app, name FROM django_migrations"
# What somebody does whose database, or backup, had only some of the migrations that are one now.
OLDER_FIRST = (
    "Check out the commit before “Replace all migrations by one for each app”, {do} there, "
    "and then use this version again."
)


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
    """`pending` must still be applied; `foreign` come from a newer version; `lost` must be applied by an older one."""

    pending: list[Name]
    foreign: list[Name]
    lost: list[Name]

    @property
    def is_current(self) -> bool:
        return not self.pending and not self.foreign and not self.lost


def compare(have: frozenset[Name]) -> Comparison:
    """Of an app that is not installed any more, nothing counts."""
    loader = _on_disk()
    return compare_with(loader.disk_migrations, loader.migrated_apps, have)


def completed(have: frozenset[Name]) -> frozenset[Name]:
    """With the migrations that replace others, where all of those have been applied."""
    replacing = {name: _replaced_by(migration) for name, migration in _on_disk().disk_migrations.items()}
    return have | {name for name, replaced in replacing.items() if replaced and replaced <= have}


def compare_with(migrations: dict[Name, Any], installed: set[str], have: frozenset[Name]) -> Comparison:
    """One that replaces others has been applied if all of those have been, and is left aside, as Django does, if only
    some have been: then the others are needed, and are lost if this version does not have them any more."""
    needed, is_known, done = set(migrations), set(migrations), set(have)
    lost: set[Name] = set()
    for name, migration in migrations.items():
        if replaced := _replaced_by(migration):
            is_known |= replaced
            if replaced <= have:
                done.add(name)
            if replaced <= have or not replaced & have:
                needed -= replaced
            else:
                needed.discard(name)
                lost |= replaced - have - migrations.keys()
    foreign = [name for name in have - is_known if name[0] in installed]
    return Comparison(pending=sorted(needed - done), foreign=sorted(foreign), lost=sorted(lost))


def _replaced_by(migration: Any) -> set[Name]:
    return {(app, other) for app, other in migration.replaces}


def too_old(lost: list[Name]) -> str:
    """What to do with a database that this version cannot bring up to date, in sentences."""
    remedy = OLDER_FIRST.format(do="run manage.py migrate")
    return f"The database is too old for this version of Parley (it lacks {named(lost)}). {remedy}"


def named(migrations: list[Name]) -> str:
    """The first of some migrations, as a sentence names it: forum.0042_restorations and 3 more."""
    first = ".".join(migrations[0])
    return first if len(migrations) == 1 else f"{first} and {len(migrations) - 1} more"
