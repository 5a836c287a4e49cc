"""Following and being told, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_answer_raises_the_number_live_and_looking_lowers_it(visit, thread):
    ada = visit("/following/", who="ada")
    expect(ada.locator("[data-count]")).to_have_text("")
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    ben.fill(".foot-box textarea[data-source]", "I doubt it.")
    ben.click(".foot-box [type=submit]:not([name])")
    expect(ada.locator("[data-count]")).to_have_text("1", timeout=5000)
    ada.click("[data-notifications]")
    expect(ada.locator("#notifications li")).to_contain_text("I doubt it.")
    ada.click("#notifications li a")
    expect(ada.locator(".comment:target")).to_contain_text("I doubt it.")
    expect(ada.locator("[data-count]")).to_have_text("")


def test_following_in_place_and_without_scripts(visit, thread):
    page = visit(f"/threads/{thread.pk}/", who="ben")
    button = page.locator(".follow button")
    button.click()
    expect(button).to_have_text("Following")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    plain = visit(f"/threads/{thread.pk}/", who="ben", java_script_enabled=False)
    plain.click(".follow button")
    expect(plain.locator(".messages")).to_contain_text("no longer following")
    expect(plain.locator(".follow button")).to_have_attribute("aria-pressed", "false")
