"""A theme on paper, and a thread as machines read it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.moderation.actions.moderation import remove_comment
from forum.pages.queries import prints
from tests.factories import open_thread

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


NEXT = re.compile(r'href="(\?thread=[^"]+)">Next part')


def printed(client, theme, start=""):
    return client.get(f"/{theme.event.slug}/{theme.slug}/print/{start}").content.decode()


def parts_of(client, theme):
    """The parts of a theme, as somebody reads them who follows the links."""
    parts = [printed(client, theme)]
    while (following := NEXT.search(parts[-1])) is not None:
        parts.append(printed(client, theme, unescape(following[1])))
    return parts


def test_a_theme_is_printed_from_its_first_thread_to_its_last_word(theme, cast, say):
    for n in range(2):
        thread = open_thread(theme, cast.ada, f"Thread {n}", f"Opening {n}.").thread
        branch = thread.opening
        for m in range(4):
            branch = say("ben", f"Words {n}.{m}.", to=branch)
    page = printed(cast.client("eve"), theme)
    places = [
        page.index(words) for n in range(2) for words in (f"Opening {n}.", *(f"Words {n}.{m}." for m in range(4)))
    ]
    assert places == sorted(places)
    assert page.count('class="comment"') == 10
    assert page.index('href="#thread-') < page.index("Opening 0.")


@pytest.mark.parametrize("many", [1, 40])
def test_a_print_costs_one_query_for_each_thread(theme, cast, say, many):
    threads = [open_thread(theme, cast.ada, f"Thread {n}").thread for n in range(2)]
    for n in range(many):
        say("ben", f"Words {n}", to=threads[0].opening)
    client = cast.client("eve")
    with CaptureQueriesContext(connection) as seen:
        printed(client, theme)
    assert len(seen) == 4


@pytest.mark.parametrize(("size", "count"), [(1, 10), (3, 4), (5, 2), (9, 2), (10, 1)])
def test_a_large_theme_is_printed_in_parts_that_miss_and_repeat_nothing(theme, cast, say, monkeypatch, size, count):
    monkeypatch.setattr(prints, "PART", size)
    for n in range(2):
        branch = open_thread(theme, cast.ada, f"Thread {n}", f"Words {n}.").thread.opening
        for m in range(4):
            branch = say("ben", f"Words {n}.{m}.", to=branch)
    parts = parts_of(cast.client("eve"), theme)
    assert len(parts) == count
    assert [len(re.findall('class="comment"', part)) <= size for part in parts] == [True] * count
    words = re.findall(r"<p>(Words [\d.]+)</p>", "".join(parts))
    assert words == [f"Words {n}." if m < 0 else f"Words {n}.{m}." for n in range(2) for m in range(-1, 4)]


def test_the_next_part_stays_true_while_people_write(theme, cast, say, monkeypatch):
    monkeypatch.setattr(prints, "PART", 3)
    opening = open_thread(theme, cast.ada, "Thread", "Words 0.").thread.opening
    for n in range(1, 5):
        say("ben", f"Words {n}.", to=opening)
    client = cast.client("eve")
    following = unescape(NEXT.search(printed(client, theme))[1])
    shown = re.findall(r"<p>(Words \d\.)</p>", printed(client, theme))
    say("ben", "Words 9.", to=opening)
    rest = re.findall(r"<p>(Words \d\.)</p>", printed(client, theme, following))
    assert not set(shown) & set(rest)
    assert set(shown + rest) >= {f"Words {n}." for n in range(5)}


@pytest.mark.parametrize("start", ["?thread=999", "?thread=x", "?thread={0}&after=999", "?thread=-1"])
def test_a_part_that_is_not_there(thread, cast, start):
    place = f"/{thread.theme.event.slug}/{thread.theme.slug}/print/{start.format(thread.pk)}"
    assert cast.client("eve").get(place).status_code == 404


def test_a_print_that_has_not_changed_is_not_made_again(thread, cast, say):
    client = cast.client("eve")
    place = f"/{thread.theme.event.slug}/{thread.theme.slug}/print/"
    known = client.get(place)["ETag"]
    assert client.get(place, headers={"If-None-Match": known}).status_code == 304
    say("ben", "Something new.", to=thread.opening)
    assert client.get(place, headers={"If-None-Match": known}).status_code == 200


def test_nothing_hidden_is_printed_or_told_to_machines(theme, thread, cast, say):
    removed = say("ben", f"{MARKER} removed", to=thread.opening)
    say("ada", "An answer keeps its place.", to=removed)
    remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    edited = say("ben", f"{MARKER} edited", to=thread.opening)
    edit_comment(edited, by=cast.ben, source="Mended.", now=timezone.now())
    for who in ("eve", "ben", "mo"):
        assert MARKER not in printed(cast.client(who), theme)
        assert MARKER not in BLOCK.search(cast.client(who).get(f"/threads/{thread.pk}/").content.decode())[1]


def test_an_empty_theme_says_so(theme, cast):
    assert "no comments to print" in printed(cast.client("eve"), theme)


def test_machines_are_told_what_the_page_shows(thread, cast, say, settings):
    reply = say("ben", "So *very* true.", to=thread.opening)
    page = cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    posting = json.loads(BLOCK.search(page)[1])
    assert (posting["@type"], posting["headline"], posting["commentCount"]) == (
        "DiscussionForumPosting", "Where does cooperation happen", 1,
    )  # fmt: skip
    (comment,) = posting["comment"]
    assert comment["url"] == f"{settings.SITE_URL}/comments/{reply.pk}/"
    assert (comment["text"], comment["author"]["name"]) == ("So very true.", "Ben")


def test_a_hostile_text_cannot_end_the_block(theme, cast):
    hostile = "</script><script>alert(1)</script>&\u2028"
    thread = open_thread(theme, cast.ada, hostile[:140], hostile).thread
    page = cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    block = BLOCK.search(page)[1]
    assert "<" not in block
    assert json.loads(block)["headline"].startswith("</script>")


def test_a_thread_whose_opening_is_gone_tells_machines_nothing(thread, cast, say):
    say("ben", "An answer.", to=thread.opening)
    remove_comment(thread.opening, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert BLOCK.search(cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()) is None
