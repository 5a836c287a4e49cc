"""Whatever somebody is called: their name leaves as text, and a text with it stays harmless."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping
from html import unescape

import pytest

from accounts.visible import few_marks, shows_nothing
from forum.kernel.errors import TextRefused
from forum.markup.imported_escape import escape_words
from forum.markup.mentions import Rendition
from forum.markup.names import Named, NameIndex, letters
from forum.markup.render import render
from tests.markup.test_xss import CONTROL, faults
from tests.xss_corpus import PAYLOADS

pytestmark = pytest.mark.either

OURS = re.compile(r'<a href="/(?:people/5|comments/36)/"(?: class="mention")?>([^<]*)</a>')
NAMES = [" ".join(payload.split())[:120] for payload in PAYLOADS if not CONTROL.search(payload)]


class Only:
    """A directory with one person, who wrote one comment."""

    def __init__(self, name: str) -> None:
        self.name, self.index = name, NameIndex([Named(5, name)])

    def names(self, keys: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(set(keys) & {5}, self.name)

    def comments(self, labels: Collection[str]) -> Mapping[str, tuple[int, str]]:
        return dict.fromkeys(labels, (36, self.name))


def test_a_name_is_text_wherever_it_stands() -> None:
    for name in NAMES:
        plain = escape_words(name)
        html = render(
            f"[@x](/people/5/)\n\n> {plain}, P-7:\n>\n> x\n\n*@{plain}*\n\n- @{name}", directory=Only(name)
        ).html
        assert faults(OURS.sub(r"<em>\1</em>", html)) == [], name
        first = OURS.search(html)
        assert first is not None
        assert unescape(first[1]) == few_marks(f"@{name}"), html


def test_what_was_rendered_says_whom_it_meant() -> None:
    for name in NAMES:
        html = render("[@x](/people/5/)", directory=Only(name)).html
        known = Rendition(html).names([5])
        assert render("[@x](/people/5/)", directory=Rendition(html)).html == html, (name, known)


def test_a_text_without_names_is_rendered_as_without_a_directory() -> None:
    for payload in PAYLOADS:
        if not CONTROL.search(payload) and not shows_nothing(payload):
            try:
                plain = render(payload).html
            except TextRefused:
                continue
            ids = re.compile(r"fn(ref)?-[0-9a-z]+-")
            assert ids.sub("", render(payload, directory=Only("nobody here")).html) == ids.sub("", plain), payload


def test_letters_cover_a_text_without_gaps() -> None:
    drawn = random.Random(7)
    signs = "aB é\u0301\u200d\u0e01\u0e47 \n\u3000王ﬁßİı’ｆ\u1100\u1161👍\U0001f3fd"
    for _ in range(2_000):
        text = "".join(drawn.choice(signs) for _ in range(drawn.randint(0, 12)))
        row = letters(text)
        assert "".join(text[letter.start : letter.end] for letter in row) == text
