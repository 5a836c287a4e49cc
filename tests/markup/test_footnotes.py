"""Every note has as many ways back as calls that readers see, and each leads to one of them."""

from __future__ import annotations

import re

import pytest

from forum.markup.render import render

pytestmark = pytest.mark.either

PICTURE = "![pic[^n]](http://x.az/a.png)"
NOTE = "\n\n[^n]: note"


def calls_and_ways_back(source: str) -> tuple[list[str], list[str]]:
    html = render(source).html
    return re.findall(r' id="fnref-[0-9a-z]+-([0-9:]+)"', html), re.findall(r'href="#fnref-[0-9a-z]+-([0-9:]+)"', html)


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        (f"{PICTURE} Y[^n]{NOTE}", ["1"]),
        (f"Y[^n] {PICTURE} Z[^n]{NOTE}", ["1", "1:1"]),
        (f"{PICTURE}{NOTE}", ["1"]),
        (f"{PICTURE} {PICTURE}{NOTE}", ["1"]),
        (f"![a ![b[^n]](http://x.az/b)](http://x.az/a) c{NOTE}", ["1"]),
        ("![a^[inside]](http://x.az/a.png) b^[other]", ["1", "2"]),
        (f"[^unused]: see[^n]{NOTE}\n\nText[^n]", ["1"]),
        (f"[^unused]: see[^n]{NOTE}\n\nText", []),
        (f"[^a]: see[^n]{NOTE}\n\nText[^a]", ["1", "2"]),
        (f"Text[^n] ^[own[^n]]{NOTE}", ["1", "1:1", "2"]),
        (f"![x][p[^n]]{NOTE}\n\n[p]: http://x.az/p", ["1"]),
        (f"Twice[^n][^n]{NOTE}", ["1", "1:1"]),
    ],
)
def test_calls_that_readers_see_are_the_ones_that_count(source, calls):
    shown, back = calls_and_ways_back(source)
    assert sorted(shown) == calls
    assert sorted(back) == calls


def test_the_note_of_a_picture_stands_behind_it_if_nothing_else_calls_it():
    assert re.search(r'>pic</a><sup class="footnote-ref">.*\[1\]', render(f"{PICTURE}{NOTE}").html)
    assert re.search(r"^<p><a [^>]*>pic</a> Y<sup[^>]*><a [^>]*>\[1\]", render(f"{PICTURE} Y[^n]{NOTE}").html)
