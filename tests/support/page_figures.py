"""What a page costs and how it behaves: bytes, layout shift, barriers that axe finds, errors in its HTML."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Route

from tests.services import JAVA, VALIDATOR

AXE = (Path(__file__).resolve().parent.parent / "vendor" / "axe" / "axe.min.js").read_text()
EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}  # what the dark scheme can change
LATE = re.compile(r"\.(js|woff2)$")  # what comes after the text on a slow line
TOO_LATE = 300  # ms that it is held back
UNTIL_STILL = 400  # ms after the page has loaded, in which scripts change what they change
FOLLOWING = "/live/"  # where the connection is that stays open
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shifts.push([entry.value, entry.sources.map(
    ({ node }) => node?.parentElement?.closest("[class], [id]")?.outerHTML.slice(0, 90) ?? "")]);
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass
class Figures:
    """Of one page in one window. `shifted` names what moved."""

    requests: int = 0
    size: int = 0  # bytes over the line, with headers
    shift: float = 0.0
    shifted: list[Any] = field(default_factory=list)
    html: bytes = b""


def barriers(page: Page, asked: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its own best practice."""
    page.evaluate(AXE)
    found = page.evaluate("asked => axe.run({runOnly: asked}).then(r => r.violations)", asked)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def visit(context: BrowserContext, path: str, *, is_first: bool = True) -> tuple[Page, Figures]:
    """Opens a page and says what that took; the first time to its end and back, with fonts and scripts that come late.

    The page stays open.
    """
    page = context.new_page()
    page.add_init_script(WATCH)
    line, figures, asked = context.new_cdp_session(page), Figures(), dict[str, str]()
    line.on("Network.requestWillBeSent", lambda told: asked.update({told["requestId"]: told["request"]["url"]}))
    line.on("Network.requestServedFromCache", lambda told: asked.pop(told["requestId"], None))

    def answered(told: dict[str, Any]) -> None:
        if told["response"]["fromDiskCache"]:
            asked.pop(told["requestId"], None)

    def ended(told: dict[str, Any]) -> None:
        if told["requestId"] in asked and not urlsplit(asked[told["requestId"]]).path.startswith(FOLLOWING):
            figures.size += int(told["encodedDataLength"])

    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", ended)
    line.send("Network.enable")
    held: list[Route] | None = []
    if is_first:  # with a route, nothing comes from what the browser kept
        page.route(LATE, lambda route: route.continue_() if held is None else held.append(route))
    response = page.goto(path, wait_until="commit")
    page.wait_for_timeout(TOO_LATE if is_first else 0)
    held, late = None, held
    for route in late:
        route.continue_()
    page.wait_for_load_state()
    figures.html = response.body() if response else b""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(UNTIL_STILL)
    if is_first:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(UNTIL_STILL / 2)
        page.evaluate("scrollTo(0, 0)")
    figures.requests = sum(not urlsplit(url).path.startswith(FOLLOWING) for url in asked.values())
    figures.shifted = page.evaluate("shifts")
    figures.shift = sum(value for value, _ in figures.shifted)
    return page, figures


def html_errors(pages: dict[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What the validator of the W3C says against each of these pages; needs Java and `make validator`."""
    names = dict(enumerate(pages))
    for number, name in names.items():
        (folder / f"{number}.html").write_bytes(pages[name])
    files = [str(folder / f"{number}.html") for number in names]
    command = [JAVA, "-jar", VALIDATOR, "--errors-only", "--format", "json", "--exit-zero-always", *files]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    errors: dict[str, list[str]] = {name: [] for name in pages}
    for message in json.loads(told.stderr)["messages"]:
        number = int(Path(message["url"]).stem)
        errors[names[number]].append(f"{message['message']} {message.get('extract', '')}")
    return errors
