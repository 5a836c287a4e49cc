"""A real browser before a real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import Person
from forum.models import Comment, Theme, Thread
from tests.conftest import Cast
from tests.factories import open_thread, reply_to, session_of
from tests.server import Server, nudge, running
from tests.services import CHROMIUM
from tests.support.page_stage import stage_every_page

# Playwright's synchronous interface runs an event loop, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: Any) -> Iterator[Server]:
    folders = {name: str(tmp_path_factory.mktemp(name.lower())) for name in ("FILES_FOLDER", "MAIL_FOLDER")}
    with running(**folders) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens the forum in a window of its own: visit("/baku/") as anonymous, visit("/", who="ada") logged in."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def open_page(path: str, *, who: str = "", **how: Any) -> Page:
        context = browser.new_context(**{"base_url": server.url} | how)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        if who:
            log_in(page, who)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert failures == [], "a script failed"


def aside(work: Callable[..., Any], *args: Any) -> Any:
    """Does something in a thread of its own: Playwright's loop occupies this one. Then the server looks at once."""

    def do() -> Any:
        try:
            done = work(*args)
            nudge()
            return done
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


@pytest.fixture
def thread(theme: Theme, cast: Cast) -> Thread:
    return aside(open_thread, theme, cast.ada, "Where does cooperation happen").thread


@pytest.fixture
def every_page(transactional_db: None) -> Comment:
    """The demonstration with something on every page, as its deepest reply."""
    return aside(stage_every_page)


@pytest.fixture
def say(cast: Cast) -> Callable[..., Comment]:
    return lambda who, source, *, to: aside(reply_to, to, getattr(cast, who), source)


def log_in(page: Page, who: str) -> None:
    """As if they had logged in before; the form itself is asked in test_pages.py, and allows thirty times a minute."""
    session = aside(lambda: session_of(Person.objects.get(email=f"{who}@example.org")))
    page.context.add_cookies([{"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}])
