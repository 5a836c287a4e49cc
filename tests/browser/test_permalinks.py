"""Whoever follows an address of a comment sees that comment, on a phone, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 780}


@pytest.fixture
def deep(thread, say):
    """A comment twelve levels below the opening, with long ones above it."""
    comment = thread.opening
    for level in range(12):
        comment = say("ben", f"Level {level}. " + "A long argument. " * 60, to=comment)
    return comment


@pytest.mark.parametrize("scripts", [True, False])
def test_a_permalink_shows_its_comment_first(browser: Browser, server: Server, deep, scripts):
    context = browser.new_context(base_url=server.url, viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"/comments/{deep.pk}/")
    expect(page.locator(f"#comment-{deep.pk} .comment-head")).to_be_in_viewport()
    expect(page.locator(".here")).to_be_focused()
    assert page.locator(".comment-above > summary:visible").count() == 3, "the opening and the nearest two"
    page.click(".above-between > summary")
    lines = page.locator(".comment-above > summary:visible")
    expect(lines).to_have_count(12)
    lines.nth(11).click()
    expect(page.locator(f"#comment-{deep.parent_id} .comment-body")).to_be_visible()
    context.close()


def test_reply_without_scripts_opens_at_the_box(browser: Browser, server: Server, deep):
    context = browser.new_context(base_url=server.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/threads/{deep.thread_id}/")
    page.click(f"#comment-{deep.pk} a[data-reply]")
    expect(page.locator(f"#reply-{deep.pk}")).to_be_in_viewport()
    context.close()
