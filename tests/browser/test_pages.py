"""The pages as people meet them: on any width, in light and dark, with and without scripts."""

from __future__ import annotations

from itertools import groupby

import pytest
from playwright.sync_api import Browser, Page, expect

from forum.exchange.demonstration import PASSWORD, email_of
from forum.models import Comment, Thread
from tests.browser.conftest import aside
from tests.server import Server
from tests.support.page_types import page_types, session_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [320, 360, 768, 1280, 1440]
# What WCAG 2.2 lets readers set (success criterion 1.4.12)
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }"""


def log_in(page: Page, key: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email_of(key))
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".account-nav form")).to_have_count(1)


def test_no_page_is_wider_than_its_screen(browser: Browser, server: Server, every_page):
    wide = []
    for who, shown_to in groupby(aside(page_types, every_page), key=lambda page: page.who):
        page, pages = browser.new_context(base_url=server.url, bypass_csp=True).new_page(), list(shown_to)
        if who:
            session = aside(session_for, pages[0])
            page.context.add_cookies([{"name": "sessionid", "value": session, "domain": "127.0.0.1", "path": "/"}])
        for shown in pages:
            page.goto(shown.path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                wide += [(shown.name, who, width, too) for too in [overflow(page)] if too]
            page.set_viewport_size({"width": 320, "height": 800})
            page.add_style_tag(content=SPACED)
            wide += [(shown.name, who, "spaced", too) for too in [overflow(page)] if too]
        page.context.close()
    assert wide == [], "\n".join(map(str, wide))


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)")


@pytest.mark.parametrize("who", ["", "ada", "mo"])
def test_what_can_be_done_with_a_thread_is_one_line(browser: Browser, server: Server, every_page, who):
    page = browser.new_context(base_url=server.url, viewport={"width": 360, "height": 780}).new_page()
    if who:
        log_in(page, who)
    page.goto(f"/threads/{every_page.thread_id}/")
    if who:
        page.click("[data-follow-form] button")
        expect(page.locator("[data-follow-form] button")).to_have_text("Following")  # the longer of its two labels
    middles = page.locator("#reading > :visible").evaluate_all(
        "parts => parts.map(p => p.getBoundingClientRect()).map(r => Math.round((r.top + r.bottom) / 2))"
    )
    assert len(middles) == {"": 1, "ada": 3, "mo": 4}[who]
    assert max(middles) - min(middles) <= 2, "one line"
    gap = "document.querySelector('#comments').getBoundingClientRect().top - document.querySelector('[id^=head-]')"
    assert page.evaluate(f"{gap}.getBoundingClientRect().bottom") <= 64, "nothing keeps an empty place"
    page.context.close()


def test_a_menu_opens_without_scripts(browser: Browser, server: Server, every_page):
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/threads/{every_page.thread_id}/")
    expect(page.get_by_role("link", name="Newest activity")).to_be_hidden()
    page.click("#reading summary")
    page.click("text=Newest activity")
    assert page.url.endswith("?sort=activity")
    page.goto("/baku-2012/moderation/")
    page.click("main .menu summary >> text=All actions")
    page.click("text=Comment removed")
    assert "?act=" in page.url
    context.close()


def test_edit_stands_beside_reply_on_what_one_wrote_oneself(browser: Browser, server: Server, every_page):
    page = browser.new_context(base_url=server.url).new_page()
    log_in(page, "ada")
    own = Comment.objects.public().filter(author__email=email_of("ada")).latest("pk")
    page.goto(f"/threads/{own.thread_id}/")
    edit = page.locator(f"#comment-{own.pk} > footer > [data-edit]")
    expect(edit).to_be_visible()
    mine = Comment.objects.public().filter(author=own.author, thread=own.thread_id).count()
    expect(page.locator("[data-edit]")).to_have_count(mine)
    edit.click()
    expect(page.locator("textarea[name=source]")).to_have_value(own.version.source)
    page.context.close()


def test_without_scripts_a_participant_does_everything(browser: Browser, server: Server, every_page):
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/threads/{every_page.thread_id}/")
    page.click(f"#comment-{every_page.pk} a[data-reply]")
    box = page.locator(f"#reply-{every_page.pk}")
    box.get_by_role("button", name="Log in to send").click()
    page.fill("input[name=login]", email_of("ada"))
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    assert page.url == f"{server.url}/comments/{every_page.pk}/reply/#reply-{every_page.pk}-source", (
        "back at the same comment"
    )
    expect(page.locator(f"#reply-{every_page.pk} textarea")).to_be_focused()
    page.fill(f"#reply-{every_page.pk} textarea", "Without a **script**.")
    page.click(f"#reply-{every_page.pk} button[type=submit]")
    written = Comment.objects.latest("pk")
    assert page.url == f"{server.url}/threads/{every_page.thread_id}/#comment-{written.pk}"
    expect(page.locator(f"#comment-{written.pk} strong")).to_have_text("script")
    page.click(f"#comment-{written.pk} a[data-acts]")
    page.click("main a[href$='/edit/']")
    page.fill("textarea[name=source]", "Changed without one.")
    page.click("main button[type=submit]")
    expect(page.locator(f"#comment-{written.pk}")).to_contain_text("Changed without one.")
    page.goto(f"/threads/{every_page.thread_id}/")
    page.click(f"#comment-{every_page.pk} a[data-acts]")
    before = page.locator("#stances").inner_text()
    page.click("#stances button[value=agree]")
    expect(page.locator("#stances")).to_contain_text("You agree")
    page.click("#stances .stance-back")
    expect(page.locator("#stances")).not_to_contain_text("You agree")
    assert page.locator("#stances").inner_text() == before
    page.goto(f"/comments/{written.pk}/withdraw/")
    page.click("main button[type=submit]")
    expect(page.locator(f"#comment-{written.pk}")).to_have_count(0)
    page.goto("/baku-2012/principles/open/")
    page.fill("input[name=title]", "A plain question")
    page.fill("textarea[name=source]", "Asked plainly.")
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("A plain question")
    assert Thread.objects.filter(title="A plain question").count() == 1


def test_a_thread_locked_meanwhile_gives_the_text_back(browser: Browser, server: Server, every_page):
    page = browser.new_context(base_url=server.url).new_page()
    log_in(page, "ada")
    page.goto(f"/threads/{every_page.thread_id}/")
    page.click(f"#comment-{every_page.pk} a[data-reply]")
    page.fill(f"#comments #reply-{every_page.pk} textarea", "Too late, but mine.")
    Thread.objects.filter(pk=every_page.thread_id).update(is_locked=True)
    page.click(f"#comments #reply-{every_page.pk} button[type=submit]")
    expect(page.locator(f"#reply-{every_page.pk} .why-not")).to_contain_text("locked")
    assert page.locator(f"#reply-{every_page.pk} textarea[readonly]").input_value() == "Too late, but mine."
