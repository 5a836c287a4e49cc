"""Times of what somebody has just done are those of their own clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.test_composer import AREA, STATE, WORDS, open_box

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAIROBI = "Africa/Nairobi"


def clocks() -> re.Pattern[str]:
    """What clocks in Nairobi show now, or showed a minute ago."""
    now = datetime.now(ZoneInfo(NAIROBI))
    return re.compile(rf"saved at ({now:%H:%M}|{now - timedelta(minutes=1):%H:%M})\.")


def test_a_draft_is_saved_at_the_time_of_who_writes(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben", timezone_id=NAIROBI)
    open_box(page, comment).fill(WORDS)
    expect(page.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
    expect(page.locator(STATE)).to_have_text(clocks())
    page.goto(f"/comments/{comment.pk}/reply/")
    page.wait_for_selector("#comments form[data-begun]")
    expect(page.locator(AREA)).to_have_value(WORDS)
    expect(page.locator(STATE)).to_have_text(clocks())


def test_without_scripts_the_zone_is_named(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/comments/{comment.pk}/reply/", who="ben", timezone_id=NAIROBI, java_script_enabled=False)
    page.fill(AREA, WORDS)
    page.locator("#comments").get_by_role("button", name="Save draft").click()
    expect(page.locator(STATE)).to_have_text(re.compile(r"Draft saved at .*, \d\d:\d\d UTC\."))
