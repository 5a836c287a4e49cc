"""From a link to the first comment, on a phone: what a newcomer presses, and how many pages they see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from forum.models import Comment
from tests.factories import PASSWORD
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 780}
MOST_ACTIONS, MOST_SCREENS = 6, 5
WORDS = "My first words here."


@dataclass
class Journey:
    """Somebody on their way, with what they pressed and the pages that they saw."""

    page: Page
    mail: Path
    actions: list[str] = field(default_factory=list)
    screens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", lambda page: self.screens.append(page.url))

    def press(self, selector: str) -> None:
        self.actions.append(selector)
        self.page.locator(selector).click()

    def letter(self) -> str:
        """Opens the newest email, which is an action, too."""
        self.actions.append("open the email")
        return max(self.mail.iterdir(), key=lambda file: file.stat().st_mtime_ns).read_text()

    def fill_in(self, **changed: str) -> None:
        about = {"name": "Nia New", "email": "nia@example.org", "password1": PASSWORD} | changed
        for name, value in about.items():
            self.page.fill(f"[name={name}]", value)
        self.page.select_option("[name=group]", "technical")
        self.page.wait_for_timeout(2_000)  # as long as typing takes a person


@pytest.fixture
def journey(browser: Browser, server: Server) -> Any:
    contexts = []

    def begin(path: str, **how: Any) -> Journey:
        context = browser.new_context(base_url=server.url, viewport=PHONE, **how)
        contexts.append(context)
        made = Journey(context.new_page(), Path(server.environment["MAIL_FOLDER"]))
        made.page.goto(path)
        return made

    yield begin
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("begins_at", ["comment", "thread"])
def test_first_comment_takes_few_actions_and_screens(journey, thread, say, scripts, begins_at):
    comment = say("ada", "What do you think?", to=thread.opening)
    to = comment if begins_at == "comment" else thread.opening
    nia = journey(f"/threads/{thread.pk}/", java_script_enabled=scripts)
    page = nia.page
    nia.press(f"#comment-{comment.pk} [data-reply]" if begins_at == "comment" else "[data-write]")
    area = page.locator(".reply-box textarea[name=source]").first
    expect(area).to_be_focused()
    page.keyboard.type(WORDS)
    nia.press("button[value=sign-up]:visible")
    nia.fill_in(email=f"{begins_at}-{scripts}@example.org".lower())
    nia.press("main .buttons button")
    expect(page.locator("[name=code]")).to_be_focused()
    page.keyboard.type(re.search(r"^\d{4}-\d{4}$", nia.letter(), re.M)[0])
    nia.press("main .buttons button:not([form])")
    box = page.locator(f"#reply-{to.pk}")
    expect(box.locator("textarea[name=source]")).to_be_focused()
    expect(box.locator("textarea[name=source]")).to_have_value(WORDS)
    expect(box.locator("textarea[name=source]")).to_be_in_viewport()
    screens = len(nia.screens)
    nia.press(f"#reply-{to.pk} .composer > .buttons button:not([name])")
    expect(page.locator("#comments .comment-body", has_text=WORDS)).to_be_visible()
    assert Comment.objects.get(author__name="Nia New").thread == thread
    assert len(nia.actions) <= MOST_ACTIONS, nia.actions
    assert screens <= MOST_SCREENS, nia.screens


def test_link_in_the_email_leads_to_the_same_box(journey, thread):
    nia = journey(f"/comments/{thread.opening_id}/reply/#reply-{thread.opening_id}-source")
    page = nia.page
    expect(page.locator(".reply-box textarea")).to_be_focused()
    page.keyboard.type(WORDS)
    nia.press("button[value=sign-up]")
    nia.fill_in(email="nil@example.org")
    nia.press("main .buttons button")
    expect(page.locator("[name=code]")).to_be_focused()
    page.goto(re.search(r"https?://[^/\s]+(/accounts/confirm-email/\S+/)", nia.letter())[1])
    nia.press("main .buttons button")
    expect(page.locator(".reply-box textarea[name=source]").first).to_have_value(WORDS)


def test_errors_stand_at_their_fields_and_nothing_is_erased(journey):
    nia = journey("/accounts/signup/")
    page = nia.page
    nia.fill_in(email="nia@nowhere", password1="password")
    page.press("[name=password1]", "Enter")
    expect(page.locator(".field:has([name=email]) .error-text")).to_contain_text("valid email")
    expect(page.locator(".field:has([name=password1]) .error-text")).to_contain_text("too common")
    expect(page.locator("[name=email]")).to_be_focused()
    expect(page.locator("[name=password1]")).to_have_value("password")
    assert len(nia.screens) == 1
    page.fill("[name=email]", "nix@example.org")
    page.fill("[name=password1]", PASSWORD)
    nia.press("main .buttons button")
    expect(page.locator("[name=code]")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_types_fast_is_asked_once(journey, scripts):
    nia = journey("/accounts/signup/", java_script_enabled=scripts)
    page = nia.page
    for name, value in {"name": "Flo Fast", "email": f"flo{scripts}@example.org", "password1": PASSWORD}.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=group]", "technical")
    nia.press("main .buttons button")
    expect(page.locator(".error-text:visible")).to_contain_text("unusually fast")
    if not scripts:
        page.fill("[name=password1]", PASSWORD)
    nia.press("main .buttons button")
    expect(page.locator("[name=code]")).to_be_focused()
