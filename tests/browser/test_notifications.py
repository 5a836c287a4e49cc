"""Following and being told, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from forum.kernel.choices import FlagKind

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


def test_a_moderator_sees_from_every_page_how_much_is_waiting(visit, event, thread, say):
    mo = visit("/about/", who="mo")
    waiting = mo.locator("[data-decisions]")
    expect(waiting).to_have_text("")
    doomed = say("ben", "Flag me.", to=thread.opening)
    ada = visit(f"/comments/{doomed.pk}/flag/", who="ada")  # in a browser: the server itself tells the moderators
    ada.check(f"main input[name=kind][value={FlagKind.ATTACK}]")
    ada.click("main form:has(input[name=kind]) button[type=submit]")
    expect(waiting).to_have_text("1", timeout=5000)
    told = mo.locator("[data-count]")
    expect(told).to_have_text("1")  # one notification of the queue
    plain = visit("/about/", who="mo", java_script_enabled=False)
    expect(plain.locator("[data-decisions]")).to_have_text("1")
    plain.click(".bell")
    plain.click("text=New flags to review")
    assert plain.url.endswith(f"/{event.slug}/moderation/flags/")
    expect(told).to_have_text("1")  # looking without scripts marks nothing
    mo.click("text=Moderate")
    assert mo.url.endswith(f"/{event.slug}/moderation/flags/")
    expect(mo.locator("#desk [data-card]").first).to_contain_text("Flag me.")
    expect(told).to_have_text("")  # they have seen the queue
    expect(waiting).to_have_text("1")
