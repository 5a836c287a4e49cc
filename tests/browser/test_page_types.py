"""Every type of page: what it costs, what moves in it, what axe and the validator of the W3C find.

`pytest -s` shows the table; that of docs/results.md was made so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from forum.models import Comment
from tests.browser.conftest import aside
from tests.server import Server
from tests.services import VALIDATOR
from tests.support.page_figures import COLOURS, Figures, barriers, html_errors, visit
from tests.support.page_types import (
    HERE,
    PageType,
    outage_pages,
    page_templates,
    page_types,
    refusal,
    session_for,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_SHIFT = 0.02
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
HEAD = """
| page | requests, kB at first | later | layout shift at 360 px | at 1,280 | axe | HTML |
| --- | --- | --- | --- | --- | --- | --- |"""


@pytest.fixture
def window(browser: Browser, server: Server) -> Any:
    """An empty browser with a window of this kind, for whoever opens this page."""

    def open_window(page: PageType, kind: dict[str, Any]) -> BrowserContext:
        context = browser.new_context(base_url=server.url, bypass_csp=True, reduced_motion="reduce", **kind)
        if page.who:
            session = aside(session_for, page)
            cookie = {"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}
            context.add_cookies([cookie])
        return context

    return open_window


def test_every_page_template_is_opened(every_page: Comment):
    def templates() -> set[str]:
        opened = {part.name for part in refusal().templates if part.name}
        for page in page_types(every_page):
            client = Client(headers=HERE)
            if page.who:
                client.cookies["sessionid"] = session_for(page)
            opened |= {part.name for part in client.get(page.path).templates if part.name}
        return opened

    assert page_templates() - aside(templates) == set()


def test_no_page_moves_or_has_a_barrier_and_all_are_valid(window: Any, every_page: Comment, tmp_path: Path):
    rows, html, wrong = [], {}, dict[str, Any]()
    for page in aside(page_types, every_page):
        name = page.title
        first, later, desk, found = measured(window, page)
        html[name] = first.html
        rows.append((name, first, later, desk, found))
        for width, figures in ((360, first), (1280, desk)):
            if figures.shift > MOST_SHIFT:
                wrong[f"{name}, {width} px"] = (round(figures.shift, 3), figures.shifted)
        if found:
            wrong[f"{name}, axe"] = found
    html |= {name: text.encode() for name, text in aside(outage_pages).items()}
    html["too many attempts"] = aside(refusal).content
    errors = html_errors(html, tmp_path) if VALIDATOR else {}
    wrong |= {f"{name}, HTML": found for name, found in errors.items() if found}
    print(HEAD)
    for name, first, later, desk, found in rows:
        print(row(name, first, later, desk, len(found), errors))
    assert wrong == {}


def measured(window: Any, page: PageType) -> tuple[Figures, Figures, Figures, list[str]]:
    """The first visit and a later one on a phone, the first on a desk, and what axe finds on either."""
    phone = window(page, PHONE)
    opened, first = visit(phone, page.path)
    found = barriers(opened)
    opened.emulate_media(color_scheme="dark")
    found += barriers(opened, COLOURS)
    opened.close()
    _, later = visit(phone, page.path, is_first=False)
    phone.close()
    wide = window(page, DESK)
    opened, desk = visit(wide, page.path)
    found += barriers(opened)
    wide.close()
    return first, later, desk, found


def row(name: str, first: Figures, later: Figures, desk: Figures, found: int, errors: dict[str, list[str]]) -> str:
    costs = [f"{figures.requests}, {figures.size / 1000:.0f}" for figures in (first, later)]
    shifts = [f"{figures.shift:.3f}" for figures in (first, desk)]
    validity = "valid" if not errors.get(name) else f"{len(errors[name])} errors"
    return f"| {' | '.join([name, *costs, *shifts, str(found), validity if errors else 'not checked'])} |"
