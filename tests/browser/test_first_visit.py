"""What a browser asks for on its first visit, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import log_in
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_REQUESTS, MOST_BYTES = 7, 130_000
FOLLOWING = "/live/"  # the connection that stays open
WORDS = (
    "Açıq müzakirə: *hər kəs* öz sözünü deyə bilər, və cavab **aydın** olmalıdır. "
    "Participants from thirty countries wrote what they *expect* of the meeting, and what they are ready to do for it."
)


@dataclass
class Asked:
    path: str
    size: int = 0  # bytes over the line, with headers
    is_kept: bool = False  # in the browser already


@pytest.fixture
def visited(browser: Any, server: Server) -> Any:
    """Opens a page and says what went over the line for it; cookies and cache last from one call to the next."""
    context = browser.new_context(base_url=server.url)
    yield lambda path: ask(context, server, path)
    context.close()


def ask(context: BrowserContext, server: Server, path: str) -> list[Asked]:
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    found: dict[str, Asked] = {}

    def on(event: str, note: Callable[[Asked, dict[str, Any]], None]) -> None:
        line.on(event, lambda told: told["requestId"] in found and note(found[told["requestId"]], told))

    def begin(told: dict[str, Any]) -> None:
        url = told["request"]["url"]
        assert url.startswith(server.url), "nothing comes from others"
        found[told["requestId"]] = Asked(url.removeprefix(server.url))

    line.on("Network.requestWillBeSent", begin)
    on("Network.requestServedFromCache", lambda asked, told: setattr(asked, "is_kept", True))
    on(
        "Network.responseReceived",
        lambda asked, told: told["response"]["fromDiskCache"] and setattr(asked, "is_kept", True),
    )
    on("Network.loadingFinished", lambda asked, told: setattr(asked, "size", int(told["encodedDataLength"])))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.close()
    return [asked for asked in found.values() if not asked.is_kept and not asked.path.startswith(FOLLOWING)]


def test_a_first_visit_asks_for_little_and_a_second_for_the_page_only(visited, thread, say, capsys):
    for _ in range(20):
        say("ben", WORDS, to=thread.opening)
    path = f"/threads/{thread.pk}/"
    first = visited(path)
    size = sum(asked.size for asked in first)
    with capsys.disabled():
        print(f"\nfirst visit of a thread: {len(first)} requests, {size / 1000:.0f} kB; most allowed: 7 and 130")
    paths = [asked.path for asked in first]
    assert any("latin-italic" in path for path in paths), "the text has all that makes a page heavy"
    assert any("azerbaijani" in path for path in paths)
    assert not any("writing" in path or "moderation" in path or "latin-ext" in path for path in paths)
    assert len(first) <= MOST_REQUESTS, paths
    assert size <= MOST_BYTES, first
    assert [asked.path for asked in visited(path)] == [path]


def test_whoever_logs_in_loads_what_they_write_with(browser, server, thread, cast):
    context = browser.new_context(base_url=server.url)
    path = f"/threads/{thread.pk}/"
    ask(context, server, path)
    log_in(context.new_page(), "ada")
    paths = [asked.path for asked in ask(context, server, path)]
    context.close()
    loaded = sorted(path.split("/")[-1].rsplit("-", 1)[0] for path in paths if "/static/" in path)
    assert loaded == ["serif-latin-italic", "writing", "writing"]  # a button of the toolbar is in italics


def test_a_form_loads_no_font(visited):
    assert not any(asked.path.endswith(".woff2") for asked in visited("/accounts/login/"))
