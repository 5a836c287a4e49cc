"""Which addresses become links by themselves, and where they end."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from forum.markup.imported import markdown_from_plain
from forum.markup.render import render

pytestmark = pytest.mark.either


def links(html: str) -> list[tuple[str, str]]:
    return [(str(link["href"]), link.get_text()) for link in BeautifulSoup(html, "html.parser").find_all("a")]


@pytest.mark.parametrize(
    "text",
    ["README.md", "setup.py and run.sh", "John.Be", "That was the end.Next we meet.", "example.com", "x.example/a",
     "example.com:80/a", "//x.example/a", "ftp://x.example", "127.0.0.1", "www.", "www.foo", "www.127.0.0.1",
     "httpſ://x.example", "a www..x"],
)  # fmt: skip
def test_a_word_with_a_dot_is_no_address(text):
    assert links(render(text).html) == []


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://x.example/a", "https://x.example/a"),
        ("HTTP://X.example", "HTTP://X.example"),
        ("www.x.example/a?b=c#d", "http://www.x.example/a?b=c#d"),
        ("WWW.X.ORG", "http://WWW.X.ORG"),
        ("www.x.example:8080/", "http://www.x.example:8080/"),
        ("somebody@example.org", "mailto:somebody@example.org"),
        ("https://x.example/?who=@Ada", "https://x.example/?who=@Ada"),
        ("https://zh.example/wiki/路径", "https://zh.example/wiki/%E8%B7%AF%E5%BE%84"),
        (
            "https://ja.example/佐々木・〇ー",
            "https://ja.example/%E4%BD%90%E3%80%85%E6%9C%A8%E3%83%BB%E3%80%87%E3%83%BC",
        ),
        ("https://x.example/a_(b)", "https://x.example/a_(b)"),
    ],
)
def test_what_says_that_it_is_an_address_is_one(text, href):
    assert links(render(text).html) == [(href, text)]
    assert links(render(f"before {text}, after").html) == [(href, text)]


ENDS = "。、，．；：！？「」『』（）【】《》〈〉〔〕［］｛｝“”‘’«»…‥　؟،؛।॥։።།—–·"


@pytest.mark.parametrize("end", ENDS)
def test_punctuation_of_any_script_ends_an_address(end):
    assert links(render(f"见{end}https://x.example/a{end}").html) == [("https://x.example/a", "https://x.example/a")]
    assert links(render(f"({end}www.x.example/a{end})").html) == [("http://www.x.example/a", "www.x.example/a")]


@pytest.mark.parametrize("end", "。，！？）」』】》”’»…")
def test_a_sentence_behind_it_is_no_part_of_an_address(end):
    shown = render(f"见https://x.example/路{end}下一句").html
    assert links(shown) == [("https://x.example/%E8%B7%AF", "https://x.example/路")]
    assert f"</a>{end}下一句" in shown
    assert (
        links(render(markdown_from_plain(f"见 https://x.example/a{end}下*一*句")).html)[0][1] == "https://x.example/a"
    )


def test_an_address_that_was_marked_stays_whole():
    assert links(render("<https://x.example/路。下>").html)[0][1] == "https://x.example/路。下"
    assert links(render("[w](https://x.example/a（b）)").html) == [("https://x.example/a%EF%BC%88b%EF%BC%89", "w")]
