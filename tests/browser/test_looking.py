"""What scripts and buttons do, because looking itself writes nothing: claims, and what was seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from forum.models import Claim, Notification
from tests.browser.conftest import aside
from tests.browser.test_desk import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

__all__ = ["wait_for"]  # a fixture


def unseen() -> int:
    return aside(Notification.objects.filter(seen_at=None).count)


def test_the_page_of_one_card_claims_it_and_gives_it_back(visit, wait_for):
    (held,) = wait_for(1)
    olga = visit("/", who="olga")
    with olga.expect_response(f"**/comments/{held}/lease/") as taken:
        olga.goto(f"/comments/{held}/decide/")
    assert taken.value.status == 200
    mo = visit(f"/comments/{held}/decide/", who="mo", java_script_enabled=False)
    expect(mo.locator("[data-claim-text]")).to_have_text("Olga is reviewing this.")
    olga.goto("/baku/")
    expect_given_back = mo.locator("[data-claim-text]:not([hidden])")
    for _ in range(20):
        mo.reload()
        if not expect_given_back.count():
            break
        mo.wait_for_timeout(250)
    expect(expect_given_back).to_have_count(0)
    mo.click("text=Reserve for two minutes")
    assert aside(lambda: Claim.objects.get().holder.name) == "Mo"


def test_a_notification_is_seen_by_a_button_without_scripts(visit, thread, say):
    aside(lambda: say("ben", "I doubt it.", to=thread.opening))
    plain = visit("/notifications/", who="ada", java_script_enabled=False)
    expect(plain.locator("[data-unseen]")).to_have_count(1)
    plain.click("#notifications li button")
    expect(plain.locator("[data-unseen]")).to_have_count(0)
    assert unseen() == 0


@pytest.mark.parametrize("button", ["left", "middle"])
def test_a_notification_that_is_followed_is_seen(visit, thread, say, button):
    aside(lambda: say("ben", "I doubt it.", to=thread.opening))
    ada = visit("/notifications/", who="ada")
    with ada.expect_request("**/seen/") as told:
        ada.click("#notifications li a", button=button)
    assert told.value.method == "POST"
    expect(visit("/following/", who="ada").locator("[data-count]")).to_have_text("")
