"""The line below a text says what is true of it: nothing is called saved, or said to be sent later, that is not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_composer import AREA, STATE, WORDS, open_box
from tests.browser.test_uploads import FILES, SEND, Gate, choose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRAFTS = "**/drafts/**"
FORGETFUL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.fixture
def box(visit, thread, say):
    """Ben's box in a browser that stores nothing."""
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit("/", who="ben")
    page.add_init_script(FORGETFUL)
    page.goto(f"/threads/{thread.pk}/")
    open_box(page, comment)
    return page


def offline(page: Page, address: str) -> None:
    page.route(address, lambda route: route.abort())


def test_what_is_stored_nowhere_is_not_called_saved(box):
    offline(box, DRAFTS)
    with box.expect_event("requestfailed"):
        box.locator(AREA).fill(WORDS)
    box.wait_for_timeout(300)
    expect(box.locator(STATE)).to_contain_text("Your text is not saved")


def test_what_cannot_wait_in_this_browser_is_not_said_to_be_sent_later(box):
    offline(box, "**/reply/**")
    box.locator(AREA).fill(WORDS)
    box.click(SEND)
    expect(box.locator(STATE)).to_contain_text("Not sent")
    expect(box.locator(STATE)).not_to_contain_text("automatically")
    expect(box.locator(AREA)).to_have_value(WORDS)
    box.unroute("**/reply/**")
    box.click(SEND)
    expect(box.locator(".comment", has_text=WORDS)).to_have_count(1)


def test_a_file_that_failed_is_not_hidden_by_the_draft(visit, thread, say, tmp_path):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment)
    page.click("#comments .add-file summary")
    path = tmp_path / "notes.png"
    path.write_text("no picture")
    gate = Gate(page, FILES)
    choose(page, path)
    page.locator(AREA).fill(WORDS)
    gate.wait(page)
    with page.expect_response(DRAFTS):
        gate.open()
        expect(page.locator(STATE)).to_contain_text("notes.png: Only pictures")
    page.wait_for_timeout(300)
    expect(page.locator(STATE)).to_contain_text("notes.png: Only pictures")
    expect(page.locator("#comments [data-failed] .error-text")).to_contain_text("Only pictures")
    expect(page.locator(AREA)).to_have_value(WORDS)
    page.locator(AREA).press("End")
    page.keyboard.type(" And more.")
    expect(page.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
