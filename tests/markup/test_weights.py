"""What a text may make: each limit from both sides, and what ordinary long texts hold."""

from __future__ import annotations

import pytest

from forum.kernel.choices import SOURCE_LENGTH
from forum.kernel.errors import TextRefused, TextTooRich
from forum.markup import weights
from forum.markup.render import render

pytestmark = pytest.mark.either


def filled(unit: str, head: str = "") -> str:
    return (head + unit * SOURCE_LENGTH)[:SOURCE_LENGTH]


@pytest.mark.parametrize(
    "text",
    [
        filled("a\n", "|a\n|-\n"),
        filled("a\n", "|a" * 300 + "\n" + "|-" * 300 + "\n"),
        filled("a|"),
        filled("- - - "),
        filled("- a\n"),
        filled("> > > "),
        filled("a\n", ">" * 30 + "a\n"),
        filled("a\n", "- " * 15 + "a\n"),
        filled("^["),
        filled("^[a] "),
        filled("!["),
        filled("["),
        filled("*a", "[" * 400),
        filled("*"),
        filled("*a _b "),
        filled("a@b.cc "),
        filled("http://a.b "),
        filled("www.a.b "),
        filled("<a@b.cc> "),
        filled("[a](http://b.c) "),
        filled("[a]: b\n"),
        filled("[^a]: b\n"),
        filled("a\n\n"),
        filled("a\\\n"),
        filled("a\n"),
        filled("#\n"),
        filled("&"),
        filled("$"),
        filled('"'),
        filled("`a` "),
    ],
)
def test_what_makes_too_much_is_refused_with_a_sentence(text):
    with pytest.raises(TextTooRich) as refused:
        render(text)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        filled("Where cooperation begins, nobody waits for the others: *somebody* invites.\n\n"),
        filled("Where cooperation begins, nobody waits for the others,\nand the rest is habit.\n"),
        filled("- See [the report](https://example.org/report) of the second day.\n"),
        filled("| a figure | 3.14 | and what it may mean to all of us here |\n", "| a | b | c |\n|---|---|---|\n"),
        filled("> They said that this is so, and we answered.\n>> We did not say that.\n\nAnd now?\n\n"),
        filled("    for (i = 0; i < n; i++) { a[i] = b[i]; }\n"),
        filled("Speaker_one (one@example.org) spoke for some minutes about this and that.\\\n"),
        filled("字" * 30 + "。\n\n"),
        filled("word "),
        filled("a" * 80 + "\n"),
    ],
)
def test_ordinary_long_texts_pass(text):
    assert render(text).text


@pytest.mark.parametrize(
    ("unit", "most"),
    [("a\n\n", weights.PIECES), ("`a` ", weights.PIECES - 1), ("# a\n", weights.PIECES)],
)
def test_the_limit_of_parts_is_exact(unit, most):
    assert render(unit * most).html
    with pytest.raises(TextTooRich):
        render(unit * (most + 1))


@pytest.mark.parametrize(
    ("unit", "most"),
    [("a@b.cc ", weights.ADDRESSES), ("[a]: b\n\n", weights.DEFINITIONS), ("a\n", weights.LINES)],
)
def test_other_limits_are_exact(unit, most):
    weights.check_weight(unit * most)
    with pytest.raises(TextTooRich):
        weights.check_weight(unit * (most + 1))


def test_a_refusal_for_length_is_no_refusal_for_its_marks():
    with pytest.raises(TextRefused) as refused:
        render("a" * (SOURCE_LENGTH + 1))
    assert not isinstance(refused.value, TextTooRich)
