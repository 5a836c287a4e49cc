"""What a flag weighs, and when flags are enough."""

from __future__ import annotations

import pytest

from forum.models import Event
from forum.moderation.rules.flags import LIGHTEST, enough_for, holds, weight_of


@pytest.mark.parametrize(
    ("upheld", "decided", "weight"),
    [
        (0, 0, 1.0),
        (1, 1, 4 / 3),
        (0, 1, 2 / 3),
        (5, 5, 12 / 7),
        (0, 5, 2 / 7),
        (3, 6, 1.0),
        (0, 8, 0.2),
        (0, 1000, 0.2),
        (1000, 1000, 2002 / 1002),
    ],
)
def test_a_flag_weighs_by_what_became_of_the_ones_before(upheld, decided, weight):
    assert weight_of(upheld=upheld, decided=decided) == pytest.approx(weight)


def test_nobody_weighs_nothing_or_two_and_being_right_never_weighs_less():
    for decided in range(60):
        for upheld in range(decided + 1):
            weight = weight_of(upheld=upheld, decided=decided)
            assert LIGHTEST <= weight < 2
            assert weight <= weight_of(upheld=upheld + 1, decided=decided + 1)
            assert weight >= weight_of(upheld=upheld, decided=decided + 1)


@pytest.mark.parametrize(
    ("weights", "enough", "held"),
    [
        ([], 3.0, False),
        ([1.0, 1.0], 3.0, False),
        ([1.0, 1.0, 1.0], 3.0, True),
        ([1.7, 1.3], 3.0, True),
        ([0.2] * 14, 3.0, False),
        ([0.2] * 15, 3.0, True),
        ([0.1] * 10, 1.0, True),
        ([2.0] * 50, 0.0, False),
        ([], 0.0, False),
    ],
)
def test_enough_flags_hold_and_a_zero_never(weights, enough, held):
    assert holds(weights, enough) == held


@pytest.mark.parametrize(
    ("stored", "enough"), [({}, 3.0), ({"flagged": {"number": 1.5}}, 1.5), ({"flagged": {"number": 0}}, 0.0)]
)
def test_an_event_says_how_much_is_enough(stored, enough):
    assert enough_for(Event(hold_rules=stored)) == enough
