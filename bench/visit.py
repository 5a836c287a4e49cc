"""What a browser loads when somebody opens a page for the first time."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import sync_playwright

from tests.services import CHROMIUM

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
UNTIL_QUIET = 2.0  # seconds after the page has loaded, in which its scripts ask for more
NOT_COUNTED = ("/files/", "/live/")  # attachments, and the live connection


def first_visit(url: str) -> tuple[int, int]:
    """Requests and bytes on the way (heads included) of a page in an empty browser.

    The live connection and attachments are not counted. Needs Chromium.
    """
    asked: dict[str, int] = {}

    def begins(event: dict[str, Any]) -> None:
        if not any(part in event["request"]["url"] for part in NOT_COUNTED):
            asked.setdefault(event["requestId"], 0)

    def ends(event: dict[str, Any]) -> None:
        if event["requestId"] in asked:
            asked[event["requestId"]] = int(event["encodedDataLength"])

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", begins)
        devtools.on("Network.loadingFinished", ends)
        devtools.send("Network.enable")
        page.goto(url)
        ended = time.monotonic() + UNTIL_QUIET
        while time.monotonic() < ended:
            page.wait_for_timeout(100)
        browser.close()
    return len(asked), sum(asked.values())
