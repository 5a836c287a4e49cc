"""The wall and the screen while things happen, and a frame in a page of another site."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.moderation.actions.moderation import pin_comment, remove_comment, rename_thread
from tests.browser.conftest import aside
from tests.factories import open_thread
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 12_000  # ms; usually it is nearly nothing


@pytest.fixture
def decide(cast) -> dict[str, Any]:
    return {"by": cast.mo, "reason": "Against the code of conduct.", "now": timezone.now()}


def is_live(page: Page) -> Page:
    expect(page.locator("#live[data-state=live]")).to_have_count(1)
    return page


def test_the_wall_shows_what_is_said_as_a_fresh_page_would(visit, event, theme, thread, cast, say, decide):
    doomed = say("ben", "Taken back.", to=thread.opening)
    eve = is_live(visit(f"/{event.slug}/live/"))
    new = say("ben", "Said just now.", to=thread.opening)
    aside(open_thread, theme, cast.ada, "A new question")
    expect(eve.locator(f"#entry-{new.pk} .wall-thread")).to_have_text("Where does cooperation happen", timeout=SOON)
    expect(eve.locator(".wall-thread", has_text="A new question")).to_be_visible(timeout=SOON)
    aside(partial(remove_comment, doomed, seen=SKIP_CHECK, **decide))
    aside(partial(rename_thread, thread, title="Under another name", **decide))
    expect(eve.locator(f"#entry-{doomed.pk}")).to_have_count(0, timeout=SOON)
    expect(eve.locator(f"#entry-{new.pk} .wall-thread")).to_have_text("Under another name", timeout=SOON)
    assert shown(eve) == shown(visit(f"/{event.slug}/live/"))
    assert eve.context.cookies() == []


def shown(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "#wall > .wall-entry",
        "found => found.map(e => [e.id, e.dataset.theme, e.dataset.thread, e.dataset.hue,"
        " e.querySelector('.wall-place').innerHTML.trim().replace(/\\s+/g, ' '),"
        " e.querySelector('.comment-body').innerHTML].join('|'))",
    )


def test_whoever_reads_further_down_is_not_disturbed(visit, event, thread, say):
    for n in range(12):
        say("ben", f"Point {n}. " + "Some words to fill the line. " * 20, to=thread.opening)
    eve = is_live(visit(f"/{event.slug}/live/"))
    eve.evaluate("scrollTo(0, 1500)")
    eve.wait_for_timeout(300)
    before = eve.evaluate("document.querySelector('#wall').getBoundingClientRect().top")
    new = say("ada", "On top.", to=thread.opening)
    expect(eve.locator("#arrivals")).to_have_text("1 new comment", timeout=SOON)
    assert eve.evaluate("document.querySelector('#wall').getBoundingClientRect().top") == before
    eve.click("#arrivals button")
    expect(eve.locator(f"#comment-{new.pk}")).to_be_in_viewport()


def test_only_the_group_that_is_asked_for_arrives(visit, event, thread, cast, say):
    for who, group in (("ada", "civil"), ("ben", "technical")):
        people = Person.objects.filter(pk=getattr(cast, who).pk)
        aside(partial(people.update, group=group))
    eve = is_live(visit(f"/{event.slug}/live/?group=technical"))
    say("ada", "From civil society.", to=thread.opening)
    mine = say("ben", "From the technical community.", to=thread.opening)
    expect(eve.locator(f"#entry-{mine.pk}")).to_be_visible(timeout=SOON)
    assert eve.locator(".wall-entry").count() == 1


def test_a_browser_that_returns_is_told_what_it_missed(visit, event, thread, say):
    eve = is_live(visit(f"/{event.slug}/live/"))
    expect(eve.locator("#away")).to_be_hidden()
    eve.goto("/")
    new = say("ben", "While you were away.", to=thread.opening)
    eve.goto(f"/{event.slug}/live/")
    expect(eve.locator("#away")).to_contain_text("1 comment, 1 thread")
    expect(eve.locator("#away time")).to_have_text("now")
    expect(eve.locator(f"#comment-{new.pk}[data-new]")).to_be_visible()
    expect(eve.locator(".comment[data-new]")).to_have_count(1)
    eve.reload()
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    expect(eve.locator("#away")).to_be_hidden()


def test_without_scripts_the_wall_loads_itself_anew(visit, event, thread):
    eve = visit(f"/{event.slug}/live/", java_script_enabled=False)
    expect(eve.locator(".wall-entry")).to_have_count(1)
    assert eve.locator("noscript meta[http-equiv=refresh]").count() or 'http-equiv="refresh"' in eve.content()
    expect(eve.locator("#live")).to_be_hidden()


def test_the_screen_shows_what_is_new_and_drops_what_is_taken_back(visit, event, thread, cast, say, decide):
    eve = visit("/")
    eve.clock.install()
    eve.goto(f"/{event.slug}/live/screen/")
    is_live(eve)
    expect(eve.locator(".slide-text")).to_have_text("It happens in many places.")
    new = say("ben", "A thought for the room.", to=thread.opening)
    eve.wait_for_timeout(1000)
    eve.clock.run_for(13_000)
    expect(eve.locator(".slide-text")).to_have_text("A thought for the room.")
    expect(eve.locator(".slide-thread")).to_have_text("Where does cooperation happen")
    aside(partial(pin_comment, new, seen=SKIP_CHECK, **decide))
    eve.wait_for_timeout(1000)
    shown = set()
    for _ in range(2):  # one pin alone does not go round: it takes turns with the latest
        eve.clock.run_for(12_000)
        shown.add(eve.locator(".slide-text").inner_text())
    assert shown == {"A thought for the room.", "It happens in many places."}
    aside(partial(remove_comment, new, seen=SKIP_CHECK, **decide))
    expect(eve.locator(".slide-text")).to_have_text("It happens in many places.", timeout=SOON)
    size = eve.locator(".slide-text").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 0.05 * eve.viewport_size["height"], "a twentieth of the height is read from ten metres"


def test_a_screen_does_not_grow_with_what_it_has_shown(visit, event, theme, thread):
    """Five thousand changes, as many as a busy day has: what the page holds afterwards is what it held before."""
    eve = visit(f"/{event.slug}/live/screen/")
    is_live(eve)
    client = eve.context.new_cdp_session(eve)
    eve.evaluate(
        """() => { window.many = (from, to) => {
        const words = 'Words. '.repeat(30);
        const html = (id) => `<article class="comment"><a class="name">Ben</a>
          <div class="comment-body"><p>Point ${id}. ${words}</p></div></article>`;
        for (let id = from; id < to; id += 1) {
          const changes = [
            { kind: 'comment', id, thread: id, published: id, revision: id, status: 'published', html: html(id) },
            { kind: 'thread', id, revision: id, html: `<article><h3><a>Thread ${id}</a></h3></article>` }];
          const detail = { theme: THEME, changes, since: id - 1, until: id };
          document.dispatchEvent(new CustomEvent('live:frame', { detail }));
        } } }""".replace("THEME", str(theme.pk))
    )
    eve.evaluate("many(1000, 1500)")
    before = held(client)
    eve.evaluate("many(1500, 6500)")
    after = held(client)
    assert after["nodes"] <= before["nodes"] * 1.1
    assert after["heap"] <= before["heap"] * 1.25


def held(client: Any) -> dict[str, float]:
    client.send("HeapProfiler.collectGarbage")
    counters = client.send("Memory.getDOMCounters")
    return {"nodes": counters["nodes"], "heap": client.send("Runtime.getHeapUsage")["usedSize"]}


@pytest.fixture
def elsewhere(server: Server) -> Iterator[Any]:
    """Another organisation's site, on another origin."""
    pages: dict[str, str] = {}

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}", pages
    site.shutdown()
    site.server_close()


@pytest.mark.parametrize("what", ["themes", "threads"])
def test_a_frame_on_another_site_is_live_and_needs_no_cookie(visit, server, elsewhere, event, thread, say, what):
    (origin, pages), theme = elsewhere, thread.theme
    aside(lambda: event.__class__.objects.filter(pk=event.pk).update(frame_origins=origin))
    address = f"{server.url}/embed/{what}/{theme.pk if what == 'themes' else thread.pk}/"
    pages["/"] = f'<!doctype html><title>Elsewhere</title><iframe src="{address}" width="600" height="700"></iframe>'
    page = visit("/")
    page.goto(origin)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".comment-body")).to_have_text("It happens in many places.")
    expect(frame.locator("#live[data-state=live]")).to_be_visible()
    say("ben", "Live in the frame.", to=thread.opening)
    expect(frame.locator(".comment-body", has_text="Live in the frame.")).to_be_visible(timeout=SOON)
    assert page.context.cookies() == []
    aside(lambda: event.__class__.objects.filter(pk=event.pk).update(frame_origins="https://example.org"))
    pages["/"] = pages["/"].replace('" width', '?anew" width')
    page.reload()
    page.wait_for_timeout(500)
    assert frame.locator(".comment-body").count() == 0, "a site that is not named sees nothing"
