"""Pages that come back: from sleep with a connection that is dead, from the browser's own store, from being frozen."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, WebSocketRoute, expect

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.moderation.actions.moderation import remove_comment
from tests.browser.conftest import aside
from tests.browser.test_live import show_all, tree

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLEPT = 120_000  # ms
IN_TIME = 20_000  # ms: a page finds out within fifteen seconds, and comes again within one


@pytest.fixture
def meanwhile(thread, say, cast) -> Any:
    """What happens while a page is away: one comment more, and one less."""
    doomed = say("ben", "DOOMED", to=thread.opening)

    def happens() -> None:
        say("ada", "Said meanwhile.", to=thread.opening)
        aside(partial(remove_comment, doomed, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now()))

    return happens


def ends_equal(page: Page, visit: Any, path: str) -> None:
    expect(page.locator("#comments")).to_contain_text("Said meanwhile.", timeout=IN_TIME)
    expect(page.locator("#comments")).not_to_contain_text("DOOMED", timeout=IN_TIME)
    assert tree(page) == tree(visit(path))


def test_a_computer_that_slept_notices_that_its_connection_is_dead(visit, thread, meanwhile):
    """No close event comes: what the server sent meanwhile went nowhere."""
    path = f"/threads/{thread.pk}/"
    eve = visit("/")
    eve.clock.install()
    connections: list[WebSocketRoute] = []
    dead: list[WebSocketRoute] = []

    def carry(here: WebSocketRoute) -> None:
        connections.append(here)
        there = here.connect_to_server()
        there.on_message(lambda text: None if here in dead else here.send(text))

    eve.route_web_socket("**/live/", carry)
    eve.goto(path)
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    dead += connections
    meanwhile()
    eve.wait_for_timeout(1_000)
    expect(eve.locator("#comments")).to_contain_text("DOOMED")
    eve.clock.fast_forward(SLEPT)
    ends_equal(eve, visit, path)


def test_a_page_from_the_back_forward_cache_catches_up(visit, thread, meanwhile):
    path = f"/threads/{thread.pk}/"
    eve = visit(path)
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    eve.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    meanwhile()
    eve.wait_for_timeout(1_000)
    expect(eve.locator("#comments")).to_contain_text("DOOMED")
    eve.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    ends_equal(eve, visit, path)


def test_going_away_and_back_ends_equal(visit, thread, meanwhile):
    path = f"/threads/{thread.pk}/"
    eve = visit(path)
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    eve.goto("/")
    meanwhile()
    eve.go_back()
    ends_equal(eve, visit, path)


def test_a_page_that_the_browser_had_frozen_catches_up(visit, thread, meanwhile):
    path = f"/threads/{thread.pk}/"
    eve = visit(path)
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    client = eve.context.new_cdp_session(eve)
    client.send("Page.setWebLifecycleState", {"state": "frozen"})
    meanwhile()
    client.send("Page.setWebLifecycleState", {"state": "active"})
    ends_equal(eve, visit, path)


def test_a_gap_is_noticed_and_closed_without_a_new_connection(visit, thread, say):
    """One frame is lost on its way, as no connection should lose it; the next one shows it."""
    path = f"/threads/{thread.pk}/"
    eve = visit("/")
    lost: list[str] = []
    connections: list[WebSocketRoute] = []

    def carry(here: WebSocketRoute) -> None:
        connections.append(here)

        def pass_on(text: Any) -> None:
            if "LOST ON ITS WAY" in text and not lost:
                lost.append(text)
            else:
                here.send(text)

        here.connect_to_server().on_message(pass_on)

    eve.route_web_socket("**/live/", carry)
    eve.goto(path)
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    say("ben", "LOST ON ITS WAY", to=thread.opening)
    eve.wait_for_timeout(300)
    say("ada", "After it.", to=thread.opening)
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=IN_TIME)
    show_all(eve)
    expect(eve.locator("#comments")).to_contain_text("LOST ON ITS WAY")
    assert tree(eve) == tree(visit(path))
    assert (len(lost), len(connections)) == (1, 1)
