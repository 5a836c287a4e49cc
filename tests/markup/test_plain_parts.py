"""The short ways through the parser make what its own rules make."""

from __future__ import annotations

import random
from typing import Any

import pytest
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt, rules_core
from markdown_it.parser_inline import ParserInline

from forum.markup.autolinks import AutoLinks
from forum.markup.plain_parts import words_alone
from forum.markup.render import _new_parser

PIECES = [
    *(
        "word ",
        "More words. ",
        "Nine-to-five, 100 % + 3 = {x} $5 # @ | ",
        "Ünïcode 東京 ",
        "ends here",
        "\\",
        "a:b ",
        "x^2 ",
    ),
    *("\n", "\n\n", "  \n", "\n    ", "\n\t", " ", "    "),
    *("> ", "- ", "1. ", "10) ", "# ", "---\n", "===\n", "--- | ---\n", "a | b\n", "```\n", "`code`", "|"),
    *("*", "**", "_", "~~", "[", "]", "(", ")", "](https://example.org/a_b)", "![", "<https://example.org/x>", "<b>"),
    *("https://example.org/a-b?c=d#e ", "www.example.org ", "http:", "ada@example.org ", "&amp;", "&", "!", '"', "'"),
    *("[^1]", "[^1]: ", "^[note]", "[ref]", "[ref]: https://example.org/\n", "\n:", "\n-", "\n="),
]


def _long_way() -> MarkdownIt:
    parser = _new_parser()
    parser.block.ruler.disable("line")
    parser.inline.terminator_re = ParserInline().terminator_re
    parser.core.ruler.at("inline", rules_core.inline)
    return parser


def _env() -> dict[str, Any]:
    return {"docId": "", "mentions": {}, "directory": None}


@pytest.mark.parametrize("seed", range(4))
def test_short_ways_make_the_same_tokens(seed: int) -> None:
    chance, short, long = random.Random(seed), _new_parser(), _long_way()
    plain = 0
    for _ in range(2_500):
        text = "".join(chance.choices(PIECES, k=chance.randrange(1, 14)))
        made = [token.as_dict() for token in short.parse(text, _env())]
        assert made == [token.as_dict() for token in long.parse(text, _env())], text
        plain += any(words_alone(token["content"]) for token in made if token["type"] == "inline")
    assert plain > 100


def test_the_quick_look_for_addresses_misses_none() -> None:
    pieces = [
        "a",
        "example",
        ".",
        "org",
        "www",
        "WWW",
        "localhost",
        ":",
        "//",
        "http",
        "mailto",
        "@",
        " ",
        "1.2.3.4",
        "мир",
        ">",
    ]
    chance, found, ours, theirs = random.Random(4), 0, AutoLinks(), LinkifyIt({}, {"fuzzy_link": False})
    for _ in range(20_000):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 9)))
        if ours.match(text) or theirs.match(text):
            found += 1
            assert ours.pretest(text), text
    assert found > 300
