"""Other orders: what comes first changes, what stands below what never does."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.actions.reading import mark_read
from forum.dialogue.actions.stances import take_stance
from forum.dialogue.queries import threads
from forum.dialogue.web import thread_pages
from forum.kernel.choices import StanceKind
from tests.factories import open_thread

pytestmark = pytest.mark.django_db


def order(client, path, what="comment"):
    return [int(pk) for pk in re.findall(rf'id="{what}-(\d+)"', client.get(path).content.decode())]


@pytest.fixture
def branches(thread, cast, say):
    """Three branches: the first has the newest answer, the second the most support, the third nothing."""
    one, two, three = (say("ben", f"Branch {n}", to=thread.opening) for n in range(3))
    inner = say("mo", "Below the first.", to=one)
    take_stance(two, by=cast.ada, kind=StanceKind.SUPPORT, now=timezone.now())
    return thread.opening.pk, one.pk, inner.pk, two.pk, three.pk


def test_branches_in_every_order(thread, cast, branches):
    opening, one, inner, two, three = branches
    client, path = cast.client("ada"), f"/threads/{thread.pk}/"
    assert order(client, path) == [opening, one, inner, two, three]
    assert order(client, f"{path}?sort=activity") == [opening, one, inner, three, two]
    assert order(client, f"{path}?sort=support") == [opening, two, one, inner, three]
    mark_read(thread.theme, by=cast.ada, numbers="1-3,5", now=timezone.now())
    assert order(client, f"{path}?sort=unread") == [opening, three, one, inner, two]


def test_an_order_for_one_reader_is_nobody_elses(thread, cast, branches):
    opening, one, inner, two, three = branches
    path = f"/threads/{thread.pk}/?sort=unread"
    mark_read(thread.theme, by=cast.ada, numbers="1-3,5", now=timezone.now())
    order(cast.client("ada"), path)
    assert order(cast.client("eve"), path) == [opening, one, inner, two, three]
    assert "Unread first" not in cast.client("eve").get(path).content.decode()


def test_threads_in_every_order(theme, cast, say):
    old, middle, new = (open_thread(theme, cast.ada, f"Thread {n}") for n in range(3))
    take_stance(middle, by=cast.ben, kind=StanceKind.AGREE, now=timezone.now())
    say("ben", "Alive again.", to=old)
    path, client = f"/{theme.event.slug}/{theme.slug}/", cast.client("mo")
    ids = {name: opening.thread_id for name, opening in (("old", old), ("middle", middle), ("new", new))}
    mark_read(theme, by=cast.mo, numbers=f"{new.published_revision}", now=timezone.now())
    for sort, names in {
        "": ["new", "middle", "old"],
        "?sort=activity": ["old", "new", "middle"],
        "?sort=support": ["middle", "new", "old"],
        "?sort=unread": ["middle", "old", "new"],
        "?sort=nonsense": ["new", "middle", "old"],
    }.items():
        assert order(client, path + sort, "thread") == [ids[name] for name in names], sort


def test_the_choice_is_seen_and_spoken(thread, cast, branches):
    page = cast.client("ada").get(f"/threads/{thread.pk}/?sort=support").content.decode()
    assert re.search(r'<a href="[^"]+\?sort=support" aria-current="true">Most supported</a>', page)
    assert page.count("aria-current") == 1


def test_a_thread_too_long_for_one_page_keeps_its_order(thread, cast, branches, monkeypatch):
    monkeypatch.setattr(thread_pages, "WHOLE", 3)
    path = f"/threads/{thread.pk}/"
    assert order(cast.client("eve"), f"{path}?sort=support") == order(cast.client("eve"), path)
    assert "sort=support" not in cast.client("eve").get(path).content.decode()


@pytest.mark.parametrize("many", [3, 60])
def test_other_orders_cost_no_more(thread, cast, say, many):
    for n in range(many):
        say("ben", f"Branch {n}", to=thread.opening)
    costs = []
    for sort in ("", "?sort=activity", "?sort=support"):
        with CaptureQueriesContext(connection) as seen:
            cast.client("eve").get(f"/threads/{thread.pk}/{sort}")
        costs.append(len(seen))
    assert costs == [3, 3, 3]


def test_a_theme_of_many_threads_is_read_in_pages_without_gap_or_repeat(theme, cast, monkeypatch):
    monkeypatch.setattr(threads, "PAGE", 3)
    newest_first = [open_thread(theme, cast.ada, f"Thread {n}").thread_id for n in range(8)][::-1]
    client, path, seen = cast.client("eve"), f"/baku/{theme.slug}/", []
    while path:
        html = client.get(path).content.decode()
        seen += re.findall(r'id="thread-(\d+)"', html)
        older = re.search(r'href="([^"]*\?before=\d+)">Older threads', html)
        path = older[1] if older else ""
    assert [int(pk) for pk in seen] == newest_first
    assert client.get(f"/baku/{theme.slug}/?before=x").status_code == 404


def test_other_orders_show_their_first_threads_and_say_so(theme, cast, say, monkeypatch):
    monkeypatch.setattr(threads, "PAGE", 3)
    openings = [open_thread(theme, cast.ada, f"Thread {n}") for n in range(8)]
    for opening in openings[1], openings[4]:
        take_stance(opening, by=cast.ben, kind=StanceKind.SUPPORT, now=timezone.now())
    say("ben", "News.", to=openings[0])
    client, path = cast.client("ben"), f"/baku/{theme.slug}/"
    threads_of = [opening.thread_id for opening in openings]
    assert order(client, f"{path}?sort=support", "thread") == [threads_of[4], threads_of[1], threads_of[7]]
    assert order(client, f"{path}?sort=activity", "thread") == [threads_of[0], threads_of[7], threads_of[6]]
    mark_read(theme, by=cast.ben, numbers="1-2,4-99", now=timezone.now())
    assert order(client, f"{path}?sort=unread", "thread") == [threads_of[2], threads_of[7], threads_of[6]]
    html = client.get(f"{path}?sort=support").content.decode()
    assert "Only the first threads in this order are shown." in html
    listed = re.search(r"New for you.*?</section>", html, re.DOTALL)
    assert listed
    assert "Thread 2" in listed[0], "named beside its page, too"


@pytest.mark.parametrize("sort", ["", "activity", "unread", "support"])
def test_no_list_of_threads_is_sorted_without_an_index_or_counted_off(theme, cast, sort):
    openings = [open_thread(theme, cast.ada, f"Thread {n}") for n in range(60)]
    take_stance(openings[5], by=cast.ben, kind=StanceKind.SUPPORT, now=timezone.now())
    client = cast.client("ben")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/baku/{theme.slug}/?sort={sort}&before={openings[-1].pk}")
    statements = [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
    assert not [sql for sql in statements if "OFFSET" in sql or "COUNT(*)" in sql]
    if connection.vendor == "sqlite" and sort in {"", "activity"}:
        keys = [sql for sql in statements if sql.startswith('SELECT "forum_thread"."id" AS "pk"')]
        lists = [sql for sql in keys if '"theme_id" =' in sql]  # others are of threads that are known by then
        assert lists
        with connection.cursor() as cursor:
            for sql in lists:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                assert "TEMP B-TREE" not in str(cursor.fetchall()), sql
