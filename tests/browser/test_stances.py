"""Taking a stance in place, watched by somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from forum.dialogue.actions.stances import take_stance
from forum.kernel.choices import StanceKind
from forum.models import Stance
from forum.moderation.actions.moderation import lock_thread
from tests.browser.conftest import aside, log_in
from tests.browser.test_live import stand, whole
from tests.factories import make_person
from tests.support.page_figures import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def numbers(page: Page, comment: Any) -> Any:
    return page.locator(f"#comment-{comment.pk} .stances")


def opener(page: Page, comment: Any) -> Any:
    return page.locator(f"#comment-{comment.pk} .stance-open")


def test_a_stance_is_taken_in_place_changed_and_taken_back_while_others_watch(visit, thread, say):
    comment = say("ada", "What do you think?", to=thread.opening)
    eve = visit(f"/threads/{thread.pk}/")
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    opener(ben, comment).click()
    expect(ben.locator(".stance-box [value=support]")).to_be_focused()
    agree = ben.locator(".stance-box [value=agree]")
    agree.click()
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(agree).to_be_focused()
    expect(numbers(eve, comment)).to_have_text("1 agrees", timeout=2000)
    expect(opener(ben, comment)).to_have_text("You agree")
    expect(opener(eve, comment)).to_have_count(0)
    ben.click(".stance-box [value=disagree]")
    expect(numbers(eve, comment)).to_have_text("1 disagrees", timeout=2000)
    assert whole(eve) == whole(visit(f"/threads/{thread.pk}/"))
    ben.reload()
    expect(opener(ben, comment)).to_have_text("You disagree")
    opener(ben, comment).click()
    ben.click(".stance-back")
    expect(numbers(eve, comment)).to_have_count(0, timeout=2000)
    expect(opener(ben, comment)).to_have_text("Agree or disagree")
    assert Stance.objects.count() == 0


def test_the_last_of_many_presses_counts(visit, thread):
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    opener(ben, thread.opening).click()
    ben.evaluate(
        """() => { for (const kind of ["agree", "support", "unsure", "disagree", "unsure"])
        document.querySelector(`.stance-box [value=${kind}]`).click(); }"""
    )
    expect(numbers(ben, thread.opening)).to_have_text("1 unsure")
    assert list(Stance.objects.values_list("kind", flat=True)) == ["unsure"]


def test_nobody_is_offered_a_stance_on_their_own_comment(visit, thread, say):
    say("ben", "Mine.", to=thread.opening)
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    expect(ben.locator(".stance-open")).to_have_count(1)


def test_a_refused_stance_goes_back_and_says_why(visit, thread, cast):
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    opener(ben, thread.opening).click()
    ben.context.set_offline(True)
    agree = ben.locator(".stance-box [value=agree]")
    agree.click()
    expect(ben.locator(".stance-box [data-said]")).to_contain_text("not saved")
    expect(agree).to_have_attribute("aria-pressed", "false")
    ben.context.set_offline(False)
    aside(lambda: lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now()))
    agree.click()
    expect(ben.locator(".stance-box [data-said]")).to_contain_text("locked")
    expect(agree).to_have_attribute("aria-pressed", "false")


def test_a_reply_under_way_and_the_focus_stay_when_a_stance_arrives(visit, thread):
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    expect(ben.locator("#live[data-state=live]")).to_be_visible()
    ben.click(f"#comment-{thread.opening_id} [data-reply]")
    area = ben.locator("#comments .reply-box textarea")
    area.fill("Half a sentence")
    opener(ben, thread.opening).click()
    ben.click("#comments .reply-box [value=agree]")
    expect(numbers(ben, thread.opening)).to_have_text("1 agrees")
    mo = visit("/", who="mo")
    for kind, words, selector in (("support", "1 supports", ".stance-open"), ("unsure", "1 unsure", "[data-reply]")):
        held = ben.locator(f"#comment-{thread.opening_id} {selector}")
        held.focus()
        stand(mo, thread.opening, kind)
        expect(numbers(ben, thread.opening)).to_contain_text(words)
        expect(held).to_be_focused()
    assert area.input_value() == "Half a sentence"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_stances_have_no_barrier_and_fit(browser, server, thread, cast, width, scheme):
    def vote() -> None:
        for n in range(10):
            person = make_person(f"p{n}")
            person.group = "business" if n < 5 else "technical"
            take_stance(thread.opening, by=person, kind=list(StanceKind)[n % 4], now=timezone.now())

    aside(vote)
    size: Any = {"width": width, "height": 800}
    context = browser.new_context(base_url=server.url, viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    log_in(page, "ben")
    page.goto(f"/threads/{thread.pk}/")
    opener(page, thread.opening).click()
    page.click(".stance-box [value=agree]")
    expect(opener(page, thread.opening)).to_have_text("You agree")
    found = barriers(page)
    page.goto(f"/comments/{thread.opening_id}/")
    expect(page.locator(".stance-groups tbody tr")).to_have_count(2)
    found += barriers(page)
    assert found == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
