"""What changed between two texts: complete, readable, and at a bounded cost."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from forum.kernel.choices import SOURCE_LENGTH
from forum.markup import diff
from forum.markup.diff import Part, compare, shortened

pytestmark = pytest.mark.either

PIECES = ["a", "b", "word ", "d\n", " ", ".", "\n\n", "日", "本", "é", "- ", "😀"]


def sides(parts: list[Part]) -> tuple[str, str]:
    return (
        "".join(part.text for part in parts if part.kind != "ins"),
        "".join(part.text for part in parts if part.kind != "del"),
    )


def marked(before: str, after: str) -> str:
    signs = {"same": "{}", "del": "[-{}-]", "ins": "[+{}+]", "gap": "…"}
    return "".join(signs[part.kind].format(part.text) for part in shortened(compare(before, after)))


def test_both_texts_can_be_read_back_from_every_comparison():
    random = Random(2012)
    for _ in range(3000):
        before, after = ("".join(random.choices(PIECES, k=random.randrange(40))) for _ in range(2))
        cut = random.randrange(len(before) + 1)
        for other in (after, before[:cut] + after[:5] + before[cut + 3 :]):
            parts = compare(before, other)
            assert sides(parts) == (before, other)
            assert all(one.kind != two.kind for one, two in pairwise(parts)), "no two alike in a row"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Same.", "Same.", "Same."),
        ("I dout it.", "I doubt it.", "I [-dout-][+doubt+] it."),
        ("One.", "One.\n\nTwo.", "One.[+\n\nTwo.+]"),
        ("See https://example.org/a now", "See https://example.org/b now", "See https://example.org/[-a-][+b+] now"),
        ("The old red house", "The new blue house", "The [-old red-][+new blue+] house"),
        ("people agree on it", "most people agree on it all", "[+most +]people agree on it[+ all+]"),
        ("我们同意这个原则", "我们反对这个原则", "我们[-同意-][+反对+]这个原则"),
        ("कम बात", "काम बात", "[-कम-][+काम+] बात"),
        ("", "New.", "[+New.+]"),
    ],
)
def test_what_changed_reads_well(before, after, shown):
    assert marked(before, after) == shown


def test_long_unchanged_stretches_are_left_out_but_for_a_line_around_the_change():
    text = "unchanged words " * 100
    assert marked(text + "old", text + "new") == "…" + ("unchanged words " * 10)[10:] + "[-old-][+new+]"
    assert len(marked(text + "old " + text, text + "new " + text)) < 600


def test_a_line_end_that_came_or_went_is_in_sight():
    assert [part.shown for part in compare("One two", "One\n\ntwo") if part.kind == "ins"] == ["¶\n¶\n"]


def _words(seed: int, vocabulary: str, count: int, glue: str = " ") -> str:
    return glue.join(Random(seed).choices(vocabulary.split(), k=count))[:SOURCE_LENGTH]


HOSTILE = {
    "two letters": (_words(1, "a b", 10_000), _words(2, "a b", 10_000)),
    "two letters, a line each": (_words(1, "a b", 10_000, "\n"), _words(2, "a b", 10_000, "\n")),
    "nothing alike but the spaces": ("x " * 10_000, "y " * 10_000),
    "shifted": ("a b " * 5000, "c " + "a b " * 4999),
    "many rewritten paragraphs": tuple(
        "\n".join(f"stays\n{_words(side + n, 'a b', 300)}" for n in range(32)) for side in (0, 100)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_can_drive_the_cost_up(monkeypatch, name):
    used = []

    class Counted(diff._Budget):
        def __init__(self) -> None:
            super().__init__()
            used.append(self)

    monkeypatch.setattr(diff, "_Budget", Counted)
    before, after = HOSTILE[name]
    assert sides(compare(before, after)) == (before, after)
    # One comparison may overdraw what is left by its last round, at most a walk along both texts.
    assert diff.STEPS - used[0].steps < diff.STEPS + 2 * SOURCE_LENGTH * 3
