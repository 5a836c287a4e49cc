"""A theme on paper, and a thread as machines read it."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.actions.comments import edit_comment
from forum.actions.moderation import remove_comment
from forum.queries import prints
from forum.rules.moderation import ANY_TEXT
from tests.factories import open_thread

pytestmark = pytest.mark.django_db

MARKER = "zebrafinch"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


def printed(client, theme):
    response = client.get(f"/{theme.event.slug}/{theme.slug}/print/")
    return b"".join(response.streaming_content).decode()


def test_a_theme_is_printed_from_its_first_thread_to_its_last_word(theme, cast, say, monkeypatch):
    monkeypatch.setattr(prints, "BATCH", 3)
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


def test_nothing_hidden_is_printed_or_told_to_machines(theme, thread, cast, say):
    removed = say("ben", f"{MARKER} removed", to=thread.opening)
    say("ada", "An answer keeps its place.", to=removed)
    remove_comment(removed, seen=ANY_TEXT, by=cast.mo, reason="Rude.", now=timezone.now())
    edited = say("ben", f"{MARKER} edited", to=thread.opening)
    edit_comment(edited, by=cast.ben, source="Mended.", now=timezone.now())
    for who in ("eve", "ben", "mo"):
        assert MARKER not in printed(cast.client(who), theme)
        assert MARKER not in BLOCK.search(cast.client(who).get(f"/threads/{thread.pk}/").content.decode())[1]


def test_an_empty_theme_says_so(theme, cast):
    assert "nothing to print" in printed(cast.client("eve"), theme)


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
    remove_comment(thread.opening, seen=ANY_TEXT, by=cast.mo, reason="Rude.", now=timezone.now())
    assert BLOCK.search(cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()) is None
