"""Hundreds of payloads in every field there is, and every page opened in a browser without a policy: none runs.

XSS_ROUNDS=30 puts other payloads into all fields thirty times: thousands, see docs/security.md.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Person
from forum.models import Theme, Thread
from tests.browser.conftest import aside
from tests.browser.secret_stage import every_path, values_of
from tests.browser.xss_stage import Placed, fill, import_archives, make_full_stage
from tests.conftest import Cast
from tests.factories import open_thread, reply_to, session_of
from tests.server import Server, running
from tests.support.payloads import CANARY, PAYLOADS, numbered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("XSS_ROUNDS", "1"))
ROLES = {"olga": False, "mo": True, "ben": False, "": False}  # who opens only what nobody before them could
MANY = 3  # objects of a kind whose pages are asked for
FEED = re.compile(r"feed\.(atom|json)$")
PAGES_OF_ONE = ("change", "history")
RAN = "a payload ran: "
LISTEN = f"window.xss_ran = number => console.error({RAN!r} + number);"
# Points at everything, and looks for addresses that would run if somebody followed them.
TOUCH = """() => {
  for (const e of document.querySelectorAll("*")) {
    for (const name of ["mouseover", "pointerenter", "focus"]) e.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const places = [["a", "href"], ["area", "href"], ["form", "action"], ["button", "formaction"], ["iframe", "src"]];
  return places.flatMap(([tag, name]) => [...document.querySelectorAll(`${tag}[${name}]`)]
    .map(e => e.getAttribute(name)).filter(to => /^[\\s\\0-\\x1f]*(javascript|data|vbscript):/i.test(to)));
}"""
# What a reader of feeds does: shows the HTML that stands in them.
READ_FEED = """async text => {
  const pieces = [];
  if (text.startsWith("{")) for (const item of JSON.parse(text).items) pieces.push(item.content_html ?? "");
  else for (const e of new DOMParser().parseFromString(text, "text/xml").querySelectorAll("[type=html]")) {
    pieces.push(e.textContent);
  }
  for (const piece of pieces) {
    const place = document.createElement("div");
    place.innerHTML = piece;
    document.body.append(place);
  }
  return pieces.length;
}"""
# Reasons of a plan are told by the log, once it is carried out, as reasons of that entry.
# The note of a draft stands in the form of a late edit alone, which this stage does not open.
# The time zone is chosen from a list. What a mail server said of an address is told while it is the person's address,
# which no payload is (see tests/mail/test_bounces.py).
NOT_SHOWN = {
    "Draft.note", "Person.time_zone", "Person.unreachable_email", "Person.unreachable_reason", "Theme.plan_reason",
    "Thread.plan_reason",
}  # fmt: skip


@dataclass
class Window:
    """A browser of one person, in which every payload that runs, asks or waits behind an address is noticed."""

    context: BrowserContext
    page: Page = field(init=False)
    ran: list[str] = field(default_factory=list)
    where: str = ""

    def __post_init__(self) -> None:
        self.context.add_init_script(LISTEN)
        self.context.on("console", lambda message: self._notice(message.text, RAN in message.text))
        self.context.on("request", lambda request: self._notice(request.url, CANARY in request.url))
        self.context.on("dialog", lambda dialog: dialog.dismiss())
        self.page = self.context.new_page()

    def _notice(self, what: str, happened: bool) -> None:
        if happened:
            self.ran.append(f"{self.where}: {what}")

    def open(self, path: str) -> str:
        """What stands on a page, after everything on it was touched."""
        self.where = path
        self.page.goto(path)
        self.touch()
        return self.page.content()

    def touch(self) -> None:
        self.ran += [f"{self.where}: {address}" for address in self.page.evaluate(TOUCH)]


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Window]]:
    opened: list[BrowserContext] = []

    def start(server: Server, who: str = "") -> Window:
        opened.append(browser.new_context(base_url=server.url, bypass_csp=True))
        if who:
            cookie = {"name": "sessionid", "value": SESSIONS[who], "domain": "127.0.0.1", "path": "/"}
            opened[-1].add_cookies([cookie])
        return Window(opened[-1])

    yield start
    for context in opened:
        context.close()


SESSIONS: dict[str, str] = {}


def log_everybody_in() -> None:
    """Before their addresses become payloads."""
    for person in Person.objects.filter(email__endswith="@example.org"):
        SESSIONS[str(person.email).partition("@")[0]] = session_of(person)


def found(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"q(\d+)q", text)}


def visit_all(window: Window, paths: list[tuple[str, str]], known: set[str], *, new: bool) -> tuple[set[int], int]:
    """Opens pages: the first of each kind, those with payloads that nobody saw yet, or, if `new`, of new kinds only.

    `known` are the kinds that somebody has opened. Tells which payloads this window saw, and on how many pages.
    """
    seen: set[int] = set()
    kinds = Counter(known if new else ())
    pages = 0
    for kind, path in paths:
        if kinds[kind] >= (1 if known else 2):
            continue  # the first visitor looks at more of a kind
        answer = window.context.request.get(path, max_redirects=0)
        assert answer.status < 500, path
        if answer.status != 200 or "image" in answer.headers["content-type"]:
            continue
        body = answer.text()
        if kinds[kind] and found(body) <= seen:
            continue
        kinds[kind] += 1
        pages += 1
        seen |= found(body)
        if answer.headers["content-type"].startswith("text/html"):
            seen |= found(window.open(path))
        elif FEED.search(path):
            window.open("/accounts/login/")
            window.where = path
            window.page.evaluate(READ_FEED, body)
    known |= kinds.keys()
    return seen, pages


def paths_of(stage: dict[str, Any], person: Person) -> list[tuple[str, str]]:
    values = {name: values[:MANY] for name, values in values_of(stage, person).items()}
    values["comment_id"] = [comment.pk for comment in stage["comments"]]
    values["thread_id"] = [thread.pk for thread in stage["threads"][:MANY]]
    paths = sorted((re.sub(r"\d+", "#", path), path) for path, _ in every_path(values))
    event, letter = stage["theme"].event, stage["theme"].code
    asked = [
        f"/{event.slug}/search/?q=q",
        "/accounts/profile/",
        "/accounts/email/",
        "/accounts/logout/",
        f"/{event.slug}/locked/",
    ]
    asked += [f"/comments/{stage['comments'][1].pk}/reply/?quote", f"/comments/{stage['comments'][4].pk}/?version=1"]
    asked += [f"/comments/{stage['comments'][4].pk}/edit/", f"/{event.slug}/moderation/rules/?theme={letter}"]
    return [*paths, *((path, path) for path in asked)]


def test_no_payload_runs_from_any_field(
    window: Callable[..., Window], theme: Theme, thread: Thread, cast: Cast, folder: Path, capsys: Any
) -> None:
    stage = aside(make_full_stage, theme, thread, cast)
    aside(log_everybody_in)
    placed: Placed = {}
    seen: set[int] = set()
    ran: list[str] = []
    pages = 0
    for number in range(ROUNDS):
        placed |= aside(fill, number)
        aside(cache.clear)
        with running(FILES_FOLDER=str(folder)) as server:
            known: set[str] = set()
            for who, new in ROLES.items():
                visitor = window(server, who)
                shown, opened = visit_all(visitor, paths_of(stage, cast.ben), known, new=new)
                seen, pages, ran = seen | shown, pages + opened, ran + visitor.ran
            staff = window(server, "root")
            for path in administration(theme, cast):
                seen |= found(staff.open(path))
                pages += 1
            ran += staff.ran
    fields = {name for name, _ in placed.values()}
    shown_fields = {placed[number][0] for number in seen & placed.keys()}
    with capsys.disabled():
        print(
            f"\n{len(placed)} payloads in {len(fields)} fields, {len(seen & placed.keys())} seen on {pages} pages: "
            f"{len(ran)} ran"
        )
    assert ran == []
    assert ", ".join(sorted(fields - shown_fields)) == ", ".join(sorted(NOT_SHOWN))


def administration(theme: Theme, cast: Cast) -> list[str]:
    pages = {"accounts_person": cast.ben.pk, "forum_event": theme.event_id, "forum_theme": theme.pk}
    lists = [reverse(f"admin:{name}_changelist") for name in (*pages, "forum_role")]
    return lists + [reverse(f"admin:{name}_{page}", args=[pages[name]]) for name in pages for page in PAGES_OF_ONE]


def test_no_payload_runs_from_an_archive(
    window: Callable[..., Window], server: Server, theme: Theme, tmp_path: Path, capsys: Any
) -> None:
    imported = aside(import_archives, theme, tmp_path)
    visitor = window(server)
    place = f"/{theme.event.slug}/{theme.slug}/"
    seen: set[int] = set()
    for path in (place, f"{place}print/", f"/{theme.event.slug}/live/"):
        seen |= found(visitor.open(path))
    threads = aside(lambda: list(Thread.objects.filter(theme=theme).order_by("-comment_count").values_list("pk")))
    for (pk,) in threads[:20]:
        seen |= found(visitor.open(f"/threads/{pk}/?all=1"))
    with capsys.disabled():
        print(f"\n{len(seen)} payloads of two archives seen in {imported} comments: {len(visitor.ran)} ran")
    assert visitor.ran == []
    assert len(seen) > 100


def test_no_payload_runs_when_it_arrives_or_is_previewed(
    window: Callable[..., Window], server: Server, theme: Theme, thread: Thread, cast: Cast
) -> None:
    aside(log_everybody_in)
    paths = (f"/threads/{thread.pk}/", f"/{theme.event.slug}/{theme.slug}/", f"/{theme.event.slug}/live/")
    followers = [window(server, who) for who in ("", "olga", "")]
    for follower, path in zip(followers, paths, strict=True):
        follower.open(path)
        expect(follower.page.locator("#live[data-state=live]")).to_be_visible()
    some = [numbered(payload, number) for number, payload in enumerate(PAYLOADS[:: len(PAYLOADS) // 40])]

    def arrive() -> None:
        for n, text in enumerate(some):
            Person.objects.filter(pk=cast.ben.pk).update(name=text[:120], organisation=text[:80])
            reply_to(Thread.objects.get(pk=thread.pk).opening, Person.objects.get(pk=cast.ben.pk), f"{text}\n\nEnd.")
            if n % 4 == 0:
                open_thread(theme, cast.ben, text[:150], f"{text}\n\nEnd.")

    aside(arrive)
    expect(followers[0].page.locator("#comments .comment-body")).to_have_count(len(some) + 1, timeout=20_000)
    expect(followers[1].page.locator("#threads .thread-row")).to_have_count(len(some[::4]) + 1, timeout=20_000)
    writer = window(server, "ada")
    writer.open(f"/comments/{thread.opening_id}/reply/")
    for first in range(0, len(some), 10):
        writer.page.fill("main textarea[name=source]", "\n\n".join(some[first : first + 10]))
        writer.page.click("main [data-preview-button]")
        expect(writer.page.locator("main [data-preview]")).to_contain_text(f"q{first}q")
        writer.page.click("main [data-preview-button]")
    for each in (*followers, writer):
        each.touch()
        assert each.ran == []


def test_the_payloads_run_where_nothing_stops_them(window: Callable[..., Window], server: Server) -> None:
    visitor = window(server)
    visitor.open("/")
    texts = [numbered(payload, number) for number, payload in enumerate(PAYLOADS[:300])]
    show = "texts => texts.forEach(text => { document.body.append(Object.assign(document.createElement('div'), "
    visitor.page.evaluate(show + "{ innerHTML: text })); })", texts)
    visitor.page.wait_for_timeout(500)
    visitor.touch()
    assert len({what.rpartition(" ")[2].rpartition("/")[2] for what in visitor.ran}) > 40
