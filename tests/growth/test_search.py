"""A search looks at the event it is about, and at no more of it than it has to."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.people import change_profile
from forum.dialogue.queries import search as finding
from forum.dialogue.queries.search import search
from forum.models import Event
from forum.moderation.actions.moving import merge_thread, move_thread
from tests.bulk import plant_below
from tests.factories import make_event, make_theme, open_thread
from tests.support.touched import plan_of, touched

pytestmark = pytest.mark.django_db

EVERYWHERE = "people"  # stands in every planted text


def keys(who: Any, event: Event, words: str, **filters: Any) -> list[int]:
    return [int(row["url"].rpartition("-")[2]) for row in search(who, event, words, **filters).rows]


def decided(cast: Any) -> dict[str, Any]:
    return {"by": cast.mo, "reason": "", "now": timezone.now()}


def test_what_moves_is_found_under_its_new_theme_only(event, theme, thread, cast):
    there = make_theme(event, slug="there")
    comments = [comment.pk for comment in plant_below(thread.opening, [0, 1], by=[cast.ada])]
    move_thread(thread, to=there, **decided(cast))
    assert sorted(keys(cast.eve, event, EVERYWHERE, theme="there")) == comments[1:]
    assert keys(cast.eve, event, EVERYWHERE, theme=theme.slug) == []
    assert sorted(keys(cast.eve, event, "", theme="there")) == comments
    back = open_thread(theme, cast.ben, "It was here")
    thread.refresh_from_db()
    merge_thread(thread, into=back.thread, **decided(cast))
    assert sorted(keys(cast.eve, event, EVERYWHERE, theme=theme.slug)) == comments[1:]
    assert keys(cast.eve, event, "", theme="there") == []


def test_a_new_name_leaves_a_comment_in_its_event_and_theme(event, theme, thread, cast, say):
    reply = say("ben", "A lake.", to=thread.opening)
    change_profile(cast.ben, name="Benedikta", group="civil", organisation="")
    assert keys(cast.eve, event, "lake benedikta", theme=theme.slug) == [reply.pk]


def test_no_mark_can_be_typed(event, theme, thread, cast, say):
    say("ben", "A lake.", to=thread.opening)
    marks = [f"e{event.pk}", f"t{theme.pk}", f"e:{event.pk}", f"'t:{theme.pk}'", "b:0", f"marks : t{theme.pk}"]
    for mark in marks:
        assert keys(cast.eve, event, mark) == []
        assert keys(cast.eve, event, "", author=mark) == []
        assert len(keys(cast.eve, event, f"lake -{mark.split()[-1]}")) == 1


def test_what_stands_in_other_events_is_not_gone_through(theme, thread, cast):
    plant_below(thread.opening, [0] * 30, by=[cast.ada])
    elsewhere = open_thread(make_theme(make_event(slug="berlin")), cast.ada, "Elsewhere")

    def ask() -> None:
        assert search(cast.eve, theme.event, EVERYWHERE).count == 30

    few = touched(ask)
    plant_below(elsewhere, [0] * 2_000, by=[cast.ada])
    assert touched(ask) < 1.5 * few


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL weighs the newest by themselves")
def test_only_the_newest_are_weighed(theme, thread, cast):
    """FTS5's bm25 counts in how many rows each word and each mark stands; a sorted answer weighs all that fit."""
    plant_below(thread.opening, [0] * 30, by=[cast.ada])
    with CaptureQueriesContext(connection) as seen:
        plan = plan_of(lambda: keys(cast.eve, theme.event, EVERYWHERE))
    asked = [query["sql"] for query in seen if "MATCH" in query["sql"]]
    assert asked
    assert not any("bm25" in statement for statement in asked)
    assert "VIRTUAL TABLE INDEX" in plan
    assert "TEMP B-TREE" not in plan.partition("VIRTUAL TABLE INDEX")[2].partition("SEARCH forum_thread")[0], plan


def test_the_index_leads_to_what_is_found(theme, thread, cast, say):
    plant_below(thread.opening, [0] * 2_000, by=[cast.ada])
    reply = say("ben", "A lake.", to=thread.opening)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT gin_clean_pending_list('forum_search_document')")
        cursor.execute("ANALYZE")
    plan = plan_of(lambda: keys(cast.eve, theme.event, "lake") == [reply.pk])
    index = "VIRTUAL TABLE INDEX" if connection.vendor == "sqlite" else "Bitmap Index Scan on forum_search_document"
    assert index in plan, plan
    assert "SCAN forum_comment" not in plan, plan
    assert "Seq Scan on forum_comment" not in plan, plan


def test_blocks_of_keys_reach_from_the_newest_to_the_first():
    place = finding.Place(1, "p", "P", comment_count=0, newest=100 * finding.BLOCK)
    blocks = list(finding._blocks([place]))
    assert [len(some) for some in blocks] == [1, 4, 16, 32, 32, 16]
    assert [block for some in reversed(blocks) for block in some] == list(range(101))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite walks its index backwards")
def test_a_large_event_is_asked_block_by_block(theme, thread, cast, say, monkeypatch):
    early = say("ben", "A lake.", to=thread.opening)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('forum_comment', 'id'), %s)", [early.pk + 100_000])
    say("ben", "Much later.", to=thread.opening)
    thread.opening.refresh_from_db()
    late = [comment.pk for comment in plant_below(thread.opening, [0] * 30, by=[cast.ada])]
    usual = {words: keys(cast.eve, theme.event, words) for words in ("lake", EVERYWHERE, f"lake -{EVERYWHERE}")}
    monkeypatch.setattr(finding, "SMALL", 10)
    costs = {}
    for words, found in usual.items():
        with CaptureQueriesContext(connection) as seen:
            assert keys(cast.eve, theme.event, words) == found
        costs[words] = len(seen)
    asked = len(list(finding._blocks(finding.places_of(theme.event))))
    assert asked > 3
    # The themes, each row of blocks, in which order, the rows of one page.
    assert costs["lake"] == costs[EVERYWHERE] == asked + 3
    monkeypatch.setattr(finding, "WEIGHED", 20)
    with CaptureQueriesContext(connection) as seen:
        assert keys(cast.eve, theme.event, EVERYWHERE) == late[:-21:-1]
    assert len(seen) == 4, "the newest block holds enough"
