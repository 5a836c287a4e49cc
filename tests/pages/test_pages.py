"""Long threads in pages: nothing missing, nothing twice, every answer below what it answers."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.queries import thread_pages
from forum.dialogue.queries.thread_pages import Place, page_of
from forum.models import Comment, Thread
from tests.bulk import plant_below
from tests.dialogue.test_reading import grow
from tests.factories import reply_to

pytestmark = pytest.mark.django_db


def ids(page) -> list[int]:
    return [row["id"] for row in page.rows]


@pytest.fixture
def long_thread(thread, cast) -> Thread:
    grow(thread, cast.ben, 120)
    thread.refresh_from_db()
    return thread


@pytest.fixture(autouse=True)
def short_pages(monkeypatch) -> None:
    monkeypatch.setattr(thread_pages, "PAGE", 30)


def test_the_pages_together_are_the_thread(long_thread):
    whole = ids(page_of(long_thread, Place(whole=True)))
    assert len(whole) == 120
    forth, place = [], Place()
    while True:
        page = page_of(long_thread, place)
        forth += ids(page)
        if not page.has_later:
            break
        place = Place(after=page.rows[-1]["id"])
    assert forth == whole
    back, place = [], Place(before=whole[-1])
    while True:
        page = page_of(long_thread, place)
        back = ids(page) + back
        if not page.has_earlier:
            break
        place = Place(before=page.rows[0]["id"])
    assert set(back) >= set(whole[:-1])


@pytest.mark.parametrize("how", ["after", "before", "at"])
def test_on_every_page_everything_stands_below_what_it_answers(long_thread, how):
    for comment in Comment.objects.filter(thread=long_thread)[1::7]:
        page = page_of(long_thread, Place(**{how: comment.pk}))
        shown = {row["id"] for row in page.trail + page.rows}
        assert all(row["parent_id"] in shown for row in page.trail + page.rows if row["parent_id"])
        assert len(page.rows) <= 30
        if how == "at":
            assert comment.pk in shown


@pytest.mark.parametrize("size", [40, 300])
def test_the_first_page_costs_the_same_whatever_the_size(client, thread, cast, size):
    grow(thread, cast.ben, size)
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        page = client.get(f"/threads/{thread.pk}/")
    assert len(seen) == 3
    assert 15 < page.content.count(b'<article class="comment"') <= 30
    assert b"data-goes-on" in page.content


def test_a_depth_of_five_hundred_breaks_nothing(client, thread, cast):
    deepest = plant_below(thread.opening, range(499), by=[cast.ben])[-1]
    last = reply_to(deepest, cast.ada, "Five hundred below.")
    assert client.get(f"/threads/{thread.pk}/?all=1").content.count(b'<article class="comment"') == 501
    page = client.get(f"/threads/{thread.pk}/?at={last.pk}").content.decode()
    assert f'id="comment-{last.pk}"' in page
    assert client.get(f"/comments/{last.pk}/").status_code == 200


def test_the_links_lead_through_the_thread_without_a_script(client, long_thread):
    seen: list[str] = []
    path = f"/threads/{long_thread.pk}/"
    while path:
        page = client.get(path).content.decode()
        seen += [found for found in re.findall(r'id="comment-(\d+)"', page) if found not in seen]
        later = re.search(r'href="([^"]+)" data-load-later', page)
        path = later.group(1) if later else ""
    assert len(seen) == 120


@pytest.mark.parametrize("query", ["after=x", "before=-1", "at=1.5", "after=" + "9" * 20, "at=424242", "after=0x1"])
def test_an_address_that_is_none_of_ours_is_not_there(client, long_thread, query):
    assert client.get(f"/threads/{long_thread.pk}/?{query}").status_code == 404


def test_a_comment_of_another_thread_leads_there(client, long_thread, theme, cast):
    other = Comment.objects.filter(thread=long_thread)[5]
    thread = Thread.objects.create(theme=theme, title="x", created_at=timezone.now())
    for asked in ("after", "before", "at"):
        response = client.get(f"/threads/{thread.pk}/?{asked}={other.pk}")
        assert response.url == f"/threads/{long_thread.pk}/?at={other.pk}#comment-{other.pk}"
