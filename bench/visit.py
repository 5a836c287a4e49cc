"""What a browser loads when somebody opens a page for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import sync_playwright

from tests.services import CHROMIUM

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
UNTIL_QUIET = 2.0  # seconds after the page has loaded, in which its scripts ask for more
NOT_COUNTED = ("/files/", "/live/")  # attachments, and the live connection


@dataclass
class Visit:
    """Requests and bytes on the way, heads included; `fonts` are bytes of those."""

    requests: int = 0
    size: int = 0
    fonts: int = 0


def first_visit(url: str) -> Visit:
    """What a page takes in an empty browser. The live connection and attachments are not counted. Needs Chromium."""
    kinds: dict[str, str] = {}
    visit = Visit()

    def begins(event: dict[str, Any]) -> None:
        if not any(part in event["request"]["url"] for part in NOT_COUNTED):
            kinds[event["requestId"]] = event.get("type", "")

    def ends(event: dict[str, Any]) -> None:
        kind, size = kinds.get(event["requestId"]), int(event["encodedDataLength"])
        if kind is not None:
            visit.size += size
            visit.fonts += size if kind == "Font" else 0

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", begins)
        devtools.on("Network.loadingFinished", ends)
        devtools.send("Network.enable")
        page.goto(url)
        page.wait_for_timeout(UNTIL_QUIET * 1000)
        browser.close()
    visit.requests = len(kinds)
    return visit
