"""Whether a database is older or newer than this version."""

from __future__ import annotations

import pytest
from django.db.migrations import Migration

from forum.kernel.schema import compare_with


@pytest.mark.parametrize(
    ("applied", "pending", "foreign"),
    [
        ({"a", "b"}, [], []),
        ({"whole"}, [], []),
        ({"a", "b", "whole"}, [], []),
        ({"a"}, ["b"], []),
        (set(), ["whole"], []),
        ({"whole", "c"}, [], ["c"]),
    ],
)
def test_a_migration_that_replaces_others_counts_for_them(applied, pending, foreign):
    disk = {("forum", name): Migration(name, "forum") for name in ("a", "b", "whole")}
    disk["forum", "whole"].replaces = [("forum", "a"), ("forum", "b")]
    found = compare_with(disk, {"forum"}, frozenset(("forum", name) for name in applied))
    assert [name for _, name in found.pending] == pending
    assert [name for _, name in found.foreign] == foreign
    assert not found.lost


@pytest.mark.parametrize(
    ("applied", "pending", "lost"),
    [({"a", "b"}, ["c"], []), ({"a"}, ["c"], ["b"]), (set(), ["c", "whole"], []), ({"a", "b", "c"}, [], [])],
)
def test_migrations_that_are_gone_must_have_been_applied_by_an_older_version(applied, pending, lost):
    disk = {("forum", name): Migration(name, "forum") for name in ("whole", "c")}
    disk["forum", "whole"].replaces = [("forum", "a"), ("forum", "b")]
    found = compare_with(disk, {"forum"}, frozenset(("forum", name) for name in applied))
    assert [name for _, name in found.pending] == pending
    assert [name for _, name in found.lost] == lost
    assert found.is_current == (not pending and not lost)


def test_an_app_that_is_not_installed_any_more_is_no_newer_version():
    found = compare_with(
        {("forum", "a"): Migration("a", "forum")}, {"forum"}, frozenset([("forum", "a"), ("gone", "b")])
    )
    assert found.is_current
