"""What a page weighs on the line, as a slow network feels it."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
IMPORT = re.compile(r'^import (?:[^"]* from )?"([^"]+)";', re.M)  # not import(…): those come when somebody writes
COMMENT = 60  # words; what people write in the discussions we imported is about as long


def argument(chance: random.Random) -> str:
    """Words that compress no better than real ones: 3,000 different, the short ones more often."""
    letters = random.Random(1)
    words = ["".join(letters.choices("etaoinshrdlucmfwypvbgkjqxz", k=2 + n % 9)) for n in range(3_000)]
    return " ".join(chance.choice(words[: chance.choice((60, 600, 3_000))]) for _ in range(COMMENT))


def zipped(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def with_imports(path: Path, known: set[Path]) -> set[Path]:
    if path not in known:
        known.add(path)
        for name in IMPORT.findall(path.read_text()):
            with_imports((path.parent / name).resolve(), known)
    return known


def test_a_thread_page_and_all_it_needs_are_light(thread, cast, say, capsys):
    chance = random.Random(47)
    for n in range(99):
        say("ben" if n % 2 else "mo", argument(chance), to=thread.opening)
    page = cast.client("eve").get(f"/threads/{thread.pk}/").content
    text = page.decode()
    styles = [STATIC / name for name in re.findall(r'rel="stylesheet" href="/static/([^"]+)"', text)]
    scripts = with_imports(STATIC / "js/main.js", set())
    writing = with_imports(STATIC / "js/composer/composer.js", set()) - scripts
    assets = sum(zipped(path.read_bytes()) for path in [*styles, *scripts])
    more = sum(zipped(path.read_bytes()) for path in writing)
    with capsys.disabled():
        print(
            f"\n100 comments: {zipped(page) / 1000:.1f} kB of HTML ({len(page) / 1000:.0f} plain);"
            f" reading: {assets / 1000:.1f} kB of CSS and JavaScript, writing {more / 1000:.1f} kB more"
        )
    assert text.count('class="comment"') == 100
    assert zipped(page) <= 40_000
    assert assets <= 63_000  # some sixty modules, each compressed alone; one bundle will be smaller
    assert assets + more <= 80_000
