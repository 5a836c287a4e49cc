"""How far comments are set in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.kernel.indents import settled
from tests.bulk import plant_below

# Each list: (id, parent) in reading order; the opening is 1. Beside it, the indents.
LISTS = [
    ([(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)], [0, 1, 2, 2, 2]),  # one-to-one: set in once
    ([(1, 0), (2, 1), (3, 2), (4, 3), (6, 3), (5, 2)], [0, 1, 2, 3, 3, 2]),  # others join: every level is shown
    ([(1, 0), (2, 1), (3, 2), (4, 3), (5, 4), (6, 2)], [0, 1, 2, 3, 3, 2]),  # an exchange inside a branch of several
    ([(1, 0), (2, 1), (7, 1)], [0, 1, 1]),
]


def rows_of(pairs):
    levels = {0: -1}
    rows = []
    for pk, parent in pairs:
        levels[pk] = levels[parent] + 1
        rows.append({"id": pk, "parent_id": parent or "", "level": levels[pk]})
    return rows


@pytest.mark.parametrize(("pairs", "indents"), LISTS)
def test_an_exchange_of_two_is_set_in_once_and_every_other_level_is_shown(pairs, indents):
    assert [row["indent"] for row in settled(rows_of(pairs))] == indents


def test_nothing_is_set_in_further_than_five_levels():
    pairs = [(1, 0)] + [(n, n - 1 if n % 2 == 0 else n - 2) for n in range(2, 40)]
    assert max(row["indent"] for row in settled(rows_of(pairs))) == 5


@pytest.mark.django_db
def test_five_hundred_levels_break_nothing(thread, cast, say):
    deepest = plant_below(thread.opening, range(499), by=[cast.ada, cast.ben])[-1]
    last = say("ben", "The end of it.", to=deepest)
    client = cast.client("eve")
    with CaptureQueriesContext(connection) as seen:
        page = client.get(f"/threads/{thread.pk}/").content.decode()
    assert len(seen) == 3
    assert 'data-level="199"' in page
    whole = client.get(f"/threads/{thread.pk}/?all=1").content.decode()
    assert 'data-level="500" data-indent="2"' in whole
    assert "The end of it." in client.get(f"/comments/{last.pk}/").content.decode()
    at = client.get(f"/threads/{thread.pk}/?at={last.pk}").content.decode()
    assert "The end of it." in at
