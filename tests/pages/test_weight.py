"""What a page weighs on the line, as a slow network feels it."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from forum.http.assets import TEXT_FONT, address

pytestmark = pytest.mark.django_db

COMMENT = 60  # words; what people write in the discussions we imported is about as long


def argument(chance: random.Random) -> str:
    """Words that compress no better than real ones: 3,000 different, the short ones more often."""
    letters = random.Random(1)
    words = ["".join(letters.choices("etaoinshrdlucmfwypvbgkjqxz", k=2 + n % 9)) for n in range(3_000)]
    return " ".join(chance.choice(words[: chance.choice((60, 600, 3_000))]) for _ in range(COMMENT))


def zipped(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def sent(name: str) -> int:
    """Bytes of a bundle as browsers get it."""
    return len(Path(finders.find(f"{address(name).removeprefix('/static/')}.br")).read_bytes())


def test_a_thread_page_and_all_it_needs_are_light(thread, cast, say, capsys):
    chance = random.Random(47)
    for n in range(99):
        say("ben" if n % 2 else "mo", argument(chance), to=thread.opening)
    page = cast.client("eve").get(f"/threads/{thread.pk}/").content
    reading = sent("reading.css") + sent("reading.js")
    writing = sent("writing.css") + sent("writing.js")
    font = Path(finders.find(address(TEXT_FONT).removeprefix("/static/"))).stat().st_size
    with capsys.disabled():
        print(
            f"\n100 comments: {zipped(page) / 1000:.1f} kB of HTML ({len(page) / 1000:.0f} plain); reading:"
            f" {reading / 1000:.1f} kB of CSS and JavaScript, writing {writing / 1000:.1f} kB more;"
            f" {font / 1000:.1f} kB of font"
        )
    assert page.decode().count('class="comment"') == 100
    assert zipped(page) <= 40_000
    assert reading <= 25_000
    assert writing <= 15_000
    assert font <= 35_000
