"""Who stands how, by stakeholder group: nobody can be picked out."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.stances import take_stance
from forum.dialogue.queries.stances import SMALLEST_GROUP, in_words, safe_groups, shares_by_stakeholder_group, tenths_of
from forum.kernel.choices import StanceKind
from forum.models import Comment
from tests.factories import make_person

GROUPS = ["government", "civil", "business", "technical", "academic", "other", ""]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({}, []),
        ({"civil": 40}, []),  # one group is the total
        ({"civil": 4, "business": 4, "technical": 4}, []),  # nobody alone, and the others alone are the total
        ({"civil": 5, "business": 5}, [("civil", 5), ("business", 5)]),
        ({"civil": 9, "business": 4}, []),  # 13 minus 9 would be business
        ({"civil": 9, "business": 6, "technical": 4}, [("civil", 9), ("", 10)]),  # business covers technical
        ({"civil": 9, "business": 3, "technical": 2}, [("civil", 9), ("", 5)]),
        ({"civil": 9, "": 6}, [("civil", 9), ("", 6)]),  # who names no group is among the others
        ({"other": 5, "civil": 8, "government": 6}, [("government", 6), ("civil", 8), ("other", 5)]),
    ],
)
def test_a_small_group_is_not_shown_and_not_what_is_left_of_the_total(sizes, shown):
    taken = {group: Counter({StanceKind.AGREE: size}) for group, size in sizes.items()}
    assert [(group, counts.total()) for group, counts in safe_groups(taken)] == shown


@pytest.mark.parametrize("seed", range(300))
def test_no_row_and_no_remainder_is_ever_smaller_than_five(seed):
    chance = random.Random(seed)
    taken = {
        group: Counter({kind: chance.choice([0, 0, 1, 2, 3, 8]) for kind in StanceKind})
        for group in chance.sample(GROUPS, chance.randint(0, 7))
    }
    rows = safe_groups(taken)
    total = sum((counts for counts in taken.values()), Counter())
    assert all(counts.total() >= SMALLEST_GROUP for _, counts in rows)
    assert len(rows) != 1
    if rows:
        assert sum((counts for _, counts in rows), Counter()) == total, "no remainder to subtract"
    for group, counts in rows:
        assert group == "" or counts == taken[group]
        assert sum(tenths_of(counts)) == 10


@pytest.mark.parametrize(
    ("counts", "tenths"),
    [
        ((5, 0, 0, 0), [10, 0, 0, 0]),
        ((1, 1, 1, 0), [4, 3, 3, 0]),
        ((0, 6, 1, 0), [0, 9, 1, 0]),
        ((1, 2, 3, 4), [1, 2, 3, 4]),
    ],
)
def test_shares_are_tenths_that_add_up(counts, tenths):
    assert tenths_of(Counter(dict(zip(StanceKind, counts, strict=True)))) == tenths


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0, 0), ""),
        ((1, 1, 1, 1), "1 supports, 1 agrees, 1 disagrees, 1 unsure"),
        ((2, 0, 3, 4), "2 support, 3 disagree, 4 unsure"),
    ],
)
def test_counts_are_words(counts, words):
    names = ("support_count", "agree_count", "disagree_count", "unsure_count")
    assert in_words(dict(zip(names, counts, strict=True))) == words


@pytest.mark.django_db
def test_a_group_counts_as_it_was_when_the_stance_was_taken(thread, cast):
    people = [make_person(f"p{n}") for n in range(11)]
    for person in people[:5]:
        person.group = "business"
        person.save()
    for n, person in enumerate(people):
        take_stance(
            thread.opening, by=person, kind=StanceKind.AGREE if n % 2 else StanceKind.UNSURE, now=timezone.now()
        )
    people[0].group = "academic"
    people[0].save()
    comment = Comment.objects.get(pk=thread.opening_id)
    with CaptureQueriesContext(connection) as seen:
        rows = shares_by_stakeholder_group(comment)
    assert len(seen) == 1
    assert [(row["label"], row["people"], row["shares"]) for row in rows] == [
        ("Civil society", "5 to 9", ["0%", "50%", "0%", "50%"]),
        ("Business", "5 to 9", ["0%", "40%", "0%", "60%"]),
    ]


@pytest.mark.django_db
def test_too_few_stances_for_two_groups_cost_no_query(thread, cast):
    take_stance(thread.opening, by=cast.ben, kind=StanceKind.AGREE, now=timezone.now())
    comment = Comment.objects.get(pk=thread.opening_id)
    with CaptureQueriesContext(connection) as seen:
        assert shares_by_stakeholder_group(comment) == []
    assert len(seen) == 0
