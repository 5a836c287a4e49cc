"""History and citing as people meet them: edited late, one version hidden, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import Person
from forum.dialogue.actions.comments import edit_comment
from forum.exchange.demonstration import email_of, load_demo
from forum.models import Comment, CommentVersion
from forum.moderation.actions.moderation import hide_version
from tests.browser.conftest import aside
from tests.browser.test_pages import log_in
from tests.server import Server
from tests.support.page_figures import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def edited(transactional_db: None) -> Comment:
    """A comment of ada's in four versions, of which the third is hidden."""
    return aside(_edited)


def _edited() -> Comment:
    event = load_demo(with_accounts=True)
    ada, mo = (Person.objects.get(email=email_of(key)) for key in ("ada", "mo"))
    comment = Comment.objects.filter(author=ada, theme__event=event).select_related("version").first()
    for words in ("A second thought.", "Rude words.", "A kinder thought."):
        source = f"{comment.version.source}\n\n{words}"
        edit_comment(comment, by=ada, source=source, note=f"Added: {words}", now=timezone.now())
    third = CommentVersion.objects.get(comment=comment, number=3)
    hide_version(third, by=mo, reason="Insults somebody.", now=timezone.now())
    return comment


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_history_and_citing_have_no_barrier_and_fit(browser: Browser, server: Server, edited, width, scheme):
    own = f"/comments/{edited.pk}/"
    pages = ["history/", "history/?since=1", "cite/", "cite/?version=1", "?version=1", "?version=3", "?version=4"]
    found: dict[str, Any] = {}
    for who, doors in (("", pages), ("mo", ["history/", "versions/2/hide/"]), ("ada", ["history/", "edit/"])):
        viewport: Any = {"width": width, "height": 800}
        context = browser.new_context(base_url=server.url, viewport=viewport, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        if who:
            log_in(page, who)
        for door in doors:
            page.goto(own + door)
            found[f"{door} {who}"] = barriers(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found[f"{door} {who}"].append("wider than the screen")
        context.close()
    assert {name: rows for name, rows in found.items() if rows} == {}


def test_a_citation_is_copied_where_the_browser_can(browser: Browser, server: Server, edited):
    context = browser.new_context(base_url=server.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/comments/{edited.pk}/cite/?version=2")
    buttons = page.locator("button[data-copy]")
    expect(buttons).to_have_count(4)
    for place, name in enumerate(("plain", "bibtex", "csl", "short")):
        buttons.nth(place).click()
        expect(buttons.nth(place).locator("xpath=..").locator("[role=status]")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator(f"#cite-{name}").text_content().strip()
    context.close()


@pytest.mark.parametrize("without", ["scripts", "clipboard"])
def test_the_button_stays_away_where_the_browser_cannot(browser: Browser, server: Server, edited, without):
    context = browser.new_context(base_url=server.url, java_script_enabled=without != "scripts")
    page = context.new_page()
    if without == "clipboard":
        page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', {get: () => undefined})")
    page.goto(f"/comments/{edited.pk}/cite/")
    expect(page.locator("button[data-copy]").first).to_be_hidden()
    expect(page.locator("#cite-plain")).to_contain_text("version 4")
    context.close()


def test_without_scripts_a_late_edit_shows_what_changed_and_leads_there(browser: Browser, server: Server, edited):
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    log_in(page, "ada")
    page.goto(f"/comments/{edited.pk}/edit/")
    page.fill("textarea[name=source]", "A wholly new text.")
    page.fill("input[name=note]", "Began anew.")
    page.click("main button[type=submit]")
    page.click(f"#comment-{edited.pk} .edited a")
    expect(page.locator("#version-5 .note")).to_have_text("Began anew.")
    expect(page.locator("#version-5 ins").first).to_contain_text("wholly new")
    context.close()
