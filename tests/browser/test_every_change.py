"""State shown + frames = fresh page: for every kind of change and every kind of reader, in a real browser."""

from __future__ import annotations

import time
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from forum.models import Event
from tests.browser.changes_table import TABLE, make_stage
from tests.browser.conftest import aside
from tests.browser.test_live import show_all, whole
from tests.factories import make_theme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WITHIN = 8.0  # seconds


def test_after_every_change_a_followed_page_equals_a_fresh_one(visit, event, theme, cast):
    other = aside(make_theme, event)
    stage = aside(make_stage, theme, other, cast)
    aside(partial(Event.objects.update, frame_origins="https://example.org"))
    thread, rows = f"/threads/{stage.thread.pk}/", f"/{event.slug}/{theme.slug}/"
    followed = {
        "eve at the thread": visit(thread),
        "eve at the theme": visit(rows),
        "eve at the other theme": visit(f"/{event.slug}/{other.slug}/"),
        "eve at the event": visit(f"/{event.slug}/"),
        "eve at the wall": visit(f"/{event.slug}/live/"),
        "eve at the wall of one theme": visit(f"/{event.slug}/live/?theme={theme.code}"),
        "eve at a frame of the thread": visit(f"/embed/threads/{stage.thread.pk}/"),
        "ada at the thread": visit(thread, who="ada"),
        "mo at the thread": visit(thread, who="mo"),
    }
    fresh = {who: page.context.new_page() for who, page in followed.items()}
    for page in followed.values():
        expect(page.locator("#live[data-state=live]")).to_have_count(1)
    for row in TABLE:
        aside(row.do, stage)
        for who, page in followed.items():
            becomes(page, fresh[who], f"{row.name}, {who}")


def becomes(page: Page, fresh: Page, what: str) -> None:
    """Until what is shown is what a fresh page shows; whoever is told that a thread moved goes there, as told."""
    fresh.goto(page.url, wait_until="domcontentloaded")
    if "/embed/" in page.url:
        fresh.reload(wait_until="domcontentloaded")  # a frame may be kept for ten seconds: what it lacks comes live
    wanted = whole(fresh)
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        show_all(page)
        if whole(page) == wanted:
            return
        if page.locator("[data-thread-moved]").is_visible():
            page.click("[data-thread-moved] a")
            page.wait_for_load_state()
            expect(page.locator("#live[data-state=live]")).to_have_count(1)
            return
        page.wait_for_timeout(100)
    here = whole(page)
    for part, html in wanted.items():
        for mine, theirs in zip(here[part].split("<article"), html.split("<article"), strict=True):
            assert mine[-600:] == theirs[-600:], f"{what}: {part}"
    assert here == wanted, what
