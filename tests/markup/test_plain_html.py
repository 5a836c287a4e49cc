"""What is not handed to the sanitiser is what the sanitiser would not change."""

from __future__ import annotations

import random

from forum.markup.clean import clean_html, is_plain_link, sanitised
from forum.markup.plain_html import WITHIN, is_plain
from forum.markup.render import render
from tests.xss_corpus import PAYLOADS

REL = 'rel="nofollow ugc noopener"'
LINKS = [
    f'a href="https://x.org/?a=1&amp;b=2#x" {REL}', f'a href="http://x.org" {REL}', f'a href="mailto:a@b.org" {REL}',
    f'a href="javascript:x" {REL}', f'a href="https://x.org/%41;x" {REL}', f'a href="https://x.org:99999/" {REL}',
    f'a href="https://[::1" {REL}', f'a href="http://a@b:c/?&amp;lt;&amp;copy=1" {REL}', "a", 'a href="https://x.org"',
    f'a href="https://x.org/&copy;" {REL}', f'a href="mailto:?x" {REL}', f'a onclick="x" href="https://x.org" {REL}',
    f'a href="https://x.org/$(;)!*" {REL}', f'a href="https://x.org/" {REL} title="x"', f"a href='https://x.org' {REL}",
]  # fmt: skip
WORDS = [
    "x", "\n", " ", "a &amp; b", "&quot;", "&lt;b&gt;", "é中", "\xa0", "'", '"', "&", "&nbsp;", "&amp;lt;", ">", "\t",
    "\n\nx", "\U0001f600", "\u200f", "&#39;", "]]>", "--", "`", "\U0001fffe", "\x0b", "\x85", "\ufffe", "<!--", "<",
]  # fmt: skip
OTHERS = ["table", "td", "section", "h1", "script", "svg", "p class='x'", "ol start='2'", "P", "br/", "em "]


class Writer:
    """Writes HTML: in order, or of pieces that stand anywhere."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def write(self) -> str:
        html = self._in_order("", self.chance.randrange(1, 8)) if self.chance.random() < 0.6 else self._anyhow()
        if html and self.chance.random() < 0.2:
            place = self.chance.randrange(len(html))
            html = html[:place] + self.chance.choice(["<", ">", "&", "/", "p", '"', "", "\n"]) + html[place + 1 :]
        return html

    def _in_order(self, parent: str, depth: int) -> str:
        if parent == "pre":
            return f"<code>{self.chance.choice(WORDS)}</code>"
        html = ""
        for _ in range(self.chance.randrange(4)):
            if self.chance.random() < 0.5:
                html += "\n" if parent in {"ul", "ol"} else self.chance.choice(WORDS[:9])
            name = self.chance.choice(sorted(WITHIN[parent]))
            if name in {"br", "hr"}:
                html += f"<{name}>"
            elif depth:
                tag = self.chance.choice(LINKS) if name == "a" else name
                html += f"<{tag}>{self._in_order(name, depth - 1)}</{name}>"
        return html

    def _anyhow(self) -> str:
        pieces = []
        for _ in range(self.chance.randrange(1, 9)):
            name = self.chance.choice([*WITHIN, *OTHERS])
            tag = self.chance.choice(LINKS) if name == "a" else name
            pieces.append(self.chance.choice([self.chance.choice(WORDS), f"<{tag}>", f"</{name}>"]))
        return "".join(pieces)


def test_plain_html_is_what_the_sanitiser_leaves_as_it_is() -> None:
    writer, plain, total = Writer(random.Random(3)), 0, 6_000
    for _ in range(total):
        html = writer.write()
        if is_plain(html, is_plain_link):
            plain += 1
            assert sanitised(html) == html
        assert clean_html(html) == sanitised(html)
    assert 1_000 < plain < total - 1_000


def test_attacks_are_cleaned_as_the_sanitiser_cleans_them() -> None:
    for payload in PAYLOADS:
        for html in (payload, f"<p>{payload}</p>", f"<blockquote>\n<p>{payload}</p>\n</blockquote>"):
            assert clean_html(html) == sanitised(html)


def test_usual_texts_are_plain_and_others_are_not() -> None:
    usual = "*Words*, `code`, <https://x.org/?a=1&b=2>.\n\n> quoted\n\n- one\n- two\n\n    code < 1\n\n# Title"
    assert is_plain(render(usual).html, is_plain_link)
    for source in ("|a|b|\n|-|-|\n|1|2|", "A note[^1].\n\n[^1]: It.", "3. third", "```python\nx\n```"):
        assert not is_plain(render(source).html, is_plain_link)
