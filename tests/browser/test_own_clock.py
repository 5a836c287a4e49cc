"""Times of what somebody has just done are those of their own clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from forum.models import Event, Thread
from tests.browser.conftest import aside
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
    expect(page.locator(STATE)).to_have_text(re.compile(r"Draft saved at .*, \d\d:\d\d universal time\."))


def test_an_event_tells_its_time_on_the_readers_clock_too(visit, event):
    aside(lambda: Event.objects.update(timezone="Asia/Baku"))
    begins = event.starts_at.astimezone(ZoneInfo(NAIROBI))
    page = visit(f"/{event.slug}/", timezone_id=NAIROBI)
    own = page.locator(".poster .own-time")
    expect(own).to_have_text(re.compile(rf"{begins.day} \w+ {begins.year}, {begins:%H:%M}–\d\d:\d\d your time"))
    expect(page.locator(".poster time")).to_contain_text("Baku time")
    page = visit(f"/{event.slug}/", timezone_id="Asia/Baku")
    expect(page.locator(".poster time")).to_contain_text("Baku time")
    expect(page.locator(".poster .own-time")).to_have_text("")


def test_a_schedule_tells_its_times_on_the_readers_clock_too(visit, thread):
    closes = timezone.now() + timedelta(days=30)
    aside(lambda: Thread.objects.update(closes_at=closes))
    page = visit(f"/threads/{thread.pk}/", timezone_id=NAIROBI)
    told = f"{closes.astimezone(ZoneInfo(NAIROBI)):%H:%M} your time"
    expect(page.locator(".laid-down .own-time")).to_contain_text(told)


def test_sign_up_takes_the_zone_of_the_browser(visit):
    page = visit("/accounts/signup/", timezone_id=NAIROBI)
    expect(page.locator("[name=time_zone]")).to_have_value(NAIROBI)
