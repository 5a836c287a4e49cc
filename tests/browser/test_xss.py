"""Hostile words through the real doors into a real browser whose last wall, the CSP, is switched off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Group, Person
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.errors import TextRefused
from forum.models import Comment, LogEntry, Theme, Thread
from forum.moderation.actions.moderation import lock_thread, remove_comment
from forum.moderation.queries.log import PAGE
from tests.browser.conftest import aside, log_in
from tests.bulk import plant_below
from tests.conftest import Cast
from tests.factories import PASSWORD, open_thread, reply_to
from tests.server import Server
from tests.xss_corpus import IMG, PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIGNAL = "a payload ran"
LISTEN = f"""
window.xss_ran = () => {{ window.__ran = (window.__ran || 0) + 1; console.error({SIGNAL!r}); }};
"""
LINKS = """() => [...document.querySelectorAll(".comment-body a[href]")].map(
  a => URL.canParse(a.href) ? [new URL(a.href).protocol, a.href] : ["none", a.href])"""
FOREIGN = """() => [...document.querySelectorAll(".comment-body *")].flatMap(e => [
  ...(e.matches("script, img, iframe, style, form, input, object, embed, base, meta, svg, math") ? [e.tagName] : []),
  ...e.getAttributeNames().filter(name => /^(on|style|src|form|hx-|data-)/.test(name))])"""
SHOWN = ".comment-body, h1, h3, bdi, .excerpt, .comment-gone, .log p, .notice p"  # where words of people stand
PARSE_AGAIN = """shown => {
  let changed = 0;
  for (const place of document.querySelectorAll(shown)) {
    for (const name of ["div", "template", "p", "td"]) {
      const again = document.createElement(name);
      again.innerHTML = place.innerHTML;
      if (name === "div" && again.innerHTML !== place.innerHTML) changed += 1;
      if (name !== "template") document.body.append(again);
    }
    const whole = new DOMParser().parseFromString(place.innerHTML, "text/html");
    document.body.append(...document.importNode(whole.body, true).childNodes);
  }
  return changed;
}"""
POINT_AT_ALL = """() => {
  const events = ["mouseover", "mouseenter", "pointerenter", "focus", "focusin", "mousemove"];
  for (const e of document.querySelectorAll("#main *")) {
    for (const name of events) e.dispatchEvent(new Event(name, { bubbles: true }));
  }
}"""


class Watch:
    """A browser window in which everything a payload could achieve is noticed."""

    def __init__(self, browser: Browser, server: Server, *, csp: bool) -> None:
        self.server = server
        self.noticed: list[str] = []
        self.fetched: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=server.url, bypass_csp=not csp)
        self.context.add_init_script(LISTEN)
        self.context.on("console", self._console)
        self.context.on("request", self._request)
        self.context.on("weberror", lambda error: self.noticed.append(f"error {error.error}"))

    def page(self, path: str, *, who: str = "") -> Page:
        page = self.context.new_page()
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.noticed.append(f"window {popup.url}"))
        if who:
            log_in(page, who)
        page.goto(path)
        return page

    def _console(self, message: Any) -> None:
        if message.text == SIGNAL or "Content Security Policy" in message.text:
            self.noticed.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        self.noticed.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if request.resource_type == "fetch":
            self.fetched.append(request.url)
        own = request.url.startswith(f"{self.server.url}/")
        picture = request.resource_type in {"image", "media"} and "/static/" not in request.url
        if not own or picture or "javascript:" in request.url:
            self.noticed.append(f"{request.resource_type} {request.url}")


@pytest.fixture
def watch(browser: Browser, server: Server) -> Iterator[Callable[..., Watch]]:
    """Opens windows that must stay quiet: watch() without the CSP, watch(csp=True) as readers have it."""
    opened: list[Watch] = []

    def start(*, csp: bool = False) -> Watch:
        opened.append(Watch(browser, server, csp=csp))
        return opened[-1]

    yield start
    for window in opened:
        window.context.close()


def stored(payload: str, length: int) -> str:
    """A payload as a column can hold it: PostgreSQL has no NUL, UTF-8 no half characters."""
    return re.sub("[\x00\ud800-\udfff]", "\x01", payload)[:length]


def speakers() -> list[Person]:
    """For each payload somebody whose name and organisation it is, past every form."""
    people = [
        Person(
            email=f"p{number}@example.org",
            password="!",
            name=stored(payload, 120),
            organisation=stored(payload, 80),
            group=Group.OTHER,
        )
        for number, payload in enumerate(PAYLOADS)
    ]
    people = Person.objects.bulk_create(people)
    addresses = [EmailAddress(user=p, email=p.email, verified=True, primary=True) for p in people]
    EmailAddress.objects.bulk_create(addresses)
    return people


def answer_with_payloads(opening: Comment, people: list[Person]) -> list[Comment]:
    """Each payload as a reply by its own speaker; those that the renderer refuses are left out."""
    written = []
    with transaction.atomic():  # one commit: the actions' own transactions become savepoints in it
        for person, payload in zip(people, PAYLOADS, strict=True):
            try:
                written.append(reply_to(opening, person, payload))
            except TextRefused:
                continue
    return written


def open_with_payloads(theme: Theme, people: list[Person], every: int = 1) -> list[Thread]:
    """A thread for each payload (or each third …): it is the title, the opening and the speaker's name."""
    threads = []
    with transaction.atomic():
        for person, payload in list(zip(people, PAYLOADS, strict=True))[::every]:
            title = stored(payload, 150)
            try:
                opening = open_thread(theme, person, title, payload)
            except TextRefused:
                opening = open_thread(theme, person, title, "The text was refused, the title was not.")
            threads.append(opening.thread)
    return threads


def decide_with_payloads(opening: Comment, cast: Cast, payloads: list[str]) -> None:
    """Each payload as the reason why a comment was removed; an answer keeps its place in the thread."""
    with transaction.atomic():
        pairs = [answered for place in range(len(payloads)) for answered in (0, 2 * place + 1)]
        opening = Comment.objects.select_related("thread__theme").get(pk=opening.pk)
        planted = plant_below(opening, pairs, by=[cast.ada, cast.ben])
        for removed, payload in zip(planted[1::2], payloads, strict=True):
            remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason=stored(payload, 500), now=timezone.now())


def harmless(page: Page) -> None:
    """Touches and parses again everything on a page; then looks where its links lead."""
    assert page.evaluate(FOREIGN) == []
    links = page.evaluate(LINKS)
    assert {protocol for protocol, _ in links} <= {"http:", "https:", "mailto:", "none"}
    assert not [href for protocol, href in links if protocol == "none" and not href.lower().startswith("http")]
    page.evaluate(POINT_AT_ALL)
    for place in page.locator(".comment-body a:visible, bdi:visible, h1:visible, h3 a:visible").all()[:5]:
        place.hover(force=True, timeout=2_000)
    for link in page.locator(".comment-body a").all()[:20]:
        link.focus()
    assert page.evaluate(PARSE_AGAIN, SHOWN) == 0
    page.wait_for_load_state("load")
    page.wait_for_timeout(150)  # for pictures that fail to load
    assert page.evaluate("window.__ran || 0") == 0


def test_nothing_hostile_runs_on_any_page(watch: Callable[..., Watch], theme: Theme, thread: Thread) -> None:
    people = aside(speakers)
    replies = aside(answer_with_payloads, thread.opening, people)
    threads = aside(open_with_payloads, theme, people)
    window = watch()
    page = window.page(f"/threads/{thread.pk}/?all=1")
    assert page.locator("#comments .comment-body").count() == len(replies) + 1
    assert len(replies) > 400
    assert page.locator(".comment .organisation").count() == len(replies)
    harmless(page)
    page.goto(f"/{theme.event.slug}/{theme.slug}/")
    rows = page.locator("#threads .thread-row").count()
    while (older := page.get_by_role("link", name="Older threads")).count():
        harmless(page)
        with page.expect_navigation():
            older.click()
        rows += page.locator("#threads .thread-row").count()
    assert rows == len(PAYLOADS) + 1
    harmless(page)
    page.goto(f"/{theme.event.slug}/")
    assert page.locator("#themes .last-voice").count() == 1
    harmless(page)
    for reply in replies[::40]:
        page.goto(f"/comments/{reply.pk}/")
        harmless(page)
    for reply in replies[100::200]:
        page.goto(f"/comments/{reply.pk}/reply/")
        assert page.locator(f"#reply-{reply.pk}").count() == 1
        harmless(page)
    # All titles stand on the theme's page; these stand in <title>, og:title and <h1> as well.
    for opened in [t for n, t in enumerate(threads) if n % 12 == 0 or re.search("</(title|head|h1)", t.title)]:
        page.goto(f"/threads/{opened.pk}/?all=1")
        assert page.locator("#comments .comment-body").count() == 1
        assert page.evaluate("window.__ran || 0") == 0
    assert window.noticed == []


def test_nothing_hostile_runs_in_reasons(watch: Callable[..., Watch], theme: Theme, thread: Thread, cast: Cast) -> None:
    window = watch()
    page = window.page("/")
    for first in range(0, len(PAYLOADS), PAGE):
        some = PAYLOADS[first : first + PAGE]
        aside(decide_with_payloads, thread.opening, cast, some)
        page.goto(f"/{theme.event.slug}/moderation/")
        assert page.locator("ol.log li").count() == min(PAGE, first + len(some))
        harmless(page)
    page.goto(f"/threads/{thread.pk}/?all=1")
    assert page.locator(".comment-gone").count() == len(PAYLOADS)
    harmless(page)
    lock = " ".join([f"</p></div></header>{IMG}", f'"><script>xss_ran()</script>{IMG}'])
    aside(lambda: lock_thread(thread, by=cast.mo, reason=lock, now=timezone.now()))
    for path in (f"/threads/{thread.pk}/?all=1", f"/{theme.event.slug}/moderation/", f"/comments/{thread.opening_id}/"):
        page.goto(path)
        harmless(page)
    page.goto(f"/threads/{thread.pk}/?all=1")
    expect(page.locator(".notice.locked")).to_contain_text(lock)
    assert aside(LogEntry.objects.count) == len(PAYLOADS) + 1
    assert window.noticed == []


def test_nothing_hostile_runs_when_it_arrives_live(watch: Callable[..., Watch], theme: Theme, thread: Thread) -> None:
    people = aside(speakers)
    window = watch()
    paths = [f"/threads/{thread.pk}/?all=1", f"/{theme.event.slug}/{theme.slug}/", f"/{theme.event.slug}/"]
    in_thread, in_theme, in_event = followers = [window.page(path) for path in paths]
    for page in followers:
        expect(page.locator("#live[data-state=live]")).to_be_visible()
        page.evaluate("window.__same = true")
    replies = aside(answer_with_payloads, thread.opening, people)
    opened = len(aside(open_with_payloads, theme, people, 4)) + 1
    expect(in_thread.locator("#comments .comment-body")).to_have_count(len(replies) + 1, timeout=20_000)
    expect(in_theme.locator("#threads .thread-row")).to_have_count(opened, timeout=20_000)
    expect(in_event.locator(".theme-row", has_text=f"{opened} threads")).to_be_visible(timeout=20_000)
    # All of it came through the socket, into the same pages; they ask only what of it is unread.
    assert [url for url in window.fetched if "/news/" not in url] == []
    for page in followers:
        assert page.evaluate("window.__same") is True
        harmless(page)
    in_thread.goto(paths[0])
    in_thread.locator("#comments > .comment a[data-reply]").nth(200).click()
    expect(in_thread.locator("#comments > .box")).to_be_visible()
    harmless(in_thread)
    assert window.noticed == []


def test_nothing_hostile_runs_in_forms(watch: Callable[..., Watch], theme: Theme, thread: Thread, cast: Cast) -> None:
    hostile = f'"><img src=x onerror=xss_ran()></textarea></title>{IMG}'
    aside(lambda: Person.objects.filter(pk=cast.ben.pk).update(name=hostile, organisation=hostile[:80]))
    window = watch()
    page = window.page("/", who="ben")
    expect(page.locator("[data-menu] summary")).to_have_text(hostile)
    harmless(page)
    page.goto("/accounts/profile/")
    assert page.input_value("[name=organisation]") == hostile[:80]
    harmless(page)
    page.fill("[name=name]", f"B {IMG}")
    page.click("main button[type=submit]")
    harmless(page)
    page.goto(f"/{theme.event.slug}/{theme.slug}/open/")
    page.fill("[name=title]", hostile)
    page.fill("[name=source]", hostile)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text(hostile)
    harmless(page)
    opened = aside(lambda: Thread.objects.exclude(pk=thread.pk).get())
    page.goto(f"/comments/{opened.opening_id}/edit/")
    assert page.input_value("[name=source]") == hostile
    harmless(page)
    breakers = "\n\n".join(payload for payload in PAYLOADS if "</t" in payload and payload.isprintable())
    page.goto(f"/comments/{thread.opening_id}/reply/")
    page.fill("main textarea", breakers)
    aside(lambda: lock_thread(thread, by=cast.mo, reason=hostile, now=timezone.now()))
    page.click("main .reply-box button[type=submit]")
    expect(page.locator("main textarea[readonly]")).to_have_value(breakers)
    harmless(page)
    page.goto(f"/{theme.event.slug}/{theme.slug}/open/")
    page.fill("[name=title]", f"{hostile} again")
    page.fill("[name=source]", f"{breakers}{'x' * 20_000}")
    page.click("main button[type=submit]")
    expect(page.locator("main .error-text")).to_contain_text("at most")  # the form comes back in its place
    expect(page.locator("main [name=source]")).to_have_value(f"{breakers}{'x' * 20_000}")
    harmless(page)
    assert window.noticed == []


def test_nothing_hostile_runs_from_an_address(watch: Callable[..., Watch], theme: Theme, thread: Thread) -> None:
    window = watch()
    page = window.page("/")
    for payload in (hostile for hostile in PAYLOADS[::30] if len(hostile) < 200):
        hostile = quote(stored(payload, 200), safe="")
        for path in (f"/{theme.event.slug}/?next={hostile}", f"/nowhere/{hostile}", f"/accounts/login/?next={hostile}"):
            page.goto(path)
            assert page.evaluate("window.__ran || 0") == 0
    assert window.noticed == []


def test_nothing_hostile_runs_in_the_administration(watch: Callable[..., Watch], theme: Theme, cast: Cast) -> None:
    aside(speakers)
    hostile = f'"><script>xss_ran()</script>{IMG}'
    aside(lambda: Theme.objects.filter(pk=theme.pk).update(title=hostile, question=hostile))
    aside(lambda: Person.objects.create_superuser("root@example.org", PASSWORD, name=hostile))
    window = watch()
    page = window.page("/admin/login/")
    page.fill("[name=login]", "root@example.org")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    some = aside(lambda: Person.objects.get(email="p60@example.org").pk)
    lists = ["", "accounts/person/?all=", f"accounts/person/{some}/change/", f"accounts/person/{some}/history/"]
    for path in [*lists, "forum/theme/", f"forum/theme/{theme.pk}/change/", "forum/role/"]:
        page.goto(f"/admin/{path}")
        assert page.locator("#content").count() == 1
        page.wait_for_timeout(100)
        assert page.evaluate("window.__ran || 0") == 0
    for path in ("/", f"/{theme.event.slug}/", f"/{theme.event.slug}/{theme.slug}/"):
        page.goto(path)
        harmless(page)
    assert window.noticed == []


def test_the_payloads_do_run_where_nothing_stops_them_and_the_csp_stops_them(watch: Callable[..., Watch]) -> None:
    show = """payloads => { for (const payload of payloads) {
      const place = document.createElement("div"); document.body.append(place); place.innerHTML = payload; } }"""
    payloads = [payload for payload in PAYLOADS if "autofocus" not in payload and not payload.startswith("<base")]
    open_window, readers_window = watch(), watch(csp=True)
    page = open_window.page("/")
    page.evaluate(show, payloads)
    page.wait_for_function("window.__ran > 100", timeout=10_000)
    assert SIGNAL in open_window.noticed
    page = readers_window.page("/")
    assert readers_window.noticed == []
    page.evaluate(show, payloads)
    page.wait_for_timeout(500)
    assert page.evaluate("window.__ran || 0") == 0
    assert SIGNAL not in readers_window.noticed
    assert any("Content Security Policy" in noticed for noticed in readers_window.noticed)


def test_every_page_works_within_a_strict_csp(
    watch: Callable[..., Watch], server: Server, theme: Theme, thread: Thread, cast: Cast
) -> None:
    event, comment = f"/{theme.event.slug}/", f"/comments/{thread.opening_id}/"
    anybody = ["/", event, f"{event}{theme.slug}/", f"{event}moderation/", f"/threads/{thread.pk}/", comment]
    anybody += [f"{comment}reply/", f"{event}{theme.slug}/open/", "/nowhere/at/all/", "/threads/999999/"]
    anybody += [f"/accounts/{name}/" for name in ("login", "signup", "password/reset", "profile", "confirm-email")]
    known = [f"{comment}edit/", f"{comment}withdraw/", "/accounts/profile/", "/accounts/email/"]
    known += ["/accounts/password/change/", "/accounts/logout/"]
    moderators = [f"{comment}remove/", f"/threads/{thread.pk}/lock/"]
    answers: list[tuple[str, int, dict[str, str]]] = []
    for who, paths in (("", [*anybody, "/admin/login/"]), ("ada", [*anybody, *known]), ("mo", moderators)):
        window = watch(csp=True)
        page = window.page("/", who=who)
        for path in paths:
            response = page.goto(path)
            assert response is not None
            page.wait_for_timeout(20)
            answers.append((f"{who} {path}", response.status, response.all_headers()))
        refused = page.request.post(comment + "reply/", data="x")
        answers.append((f"{who} POST without token", refused.status, refused.headers))
        part = page.request.get(comment + "reply/", headers={"Parley-Part": "1"})
        answers.append((f"{who} part", part.status, part.headers))
        assert window.noticed == []
    assert {status for _, status, _ in answers} >= {200, 404, 403}
    for what, _status, headers in answers:
        assert strictness(headers) == [], what


def strictness(headers: dict[str, str]) -> list[str]:
    """What is missing in the policy of an answer."""
    policy = headers.get("content-security-policy", "")
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    loose = ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic", "*", "http:", "https:", "blob:")
    missing = [word for word in loose if word in policy]
    if directives.get("script-src") != "'self'":
        missing.append(f"script-src is {directives.get('script-src')}")
    for name in ("default-src", "base-uri", "frame-ancestors"):
        if directives.get(name) != "'none'":
            missing.append(f"{name} is {directives.get(name)}")
    if directives.get("form-action") != "'self'":
        missing.append("form-action")
    if headers.get("x-content-type-options") != "nosniff":
        missing.append("nosniff")
    return missing
