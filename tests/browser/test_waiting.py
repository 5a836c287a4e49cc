"""A comment that waits, from sending to its publication, before everybody's eyes."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment, Event
from forum.moderation.actions.review import review_comment
from tests.browser.conftest import aside

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_it_waits_in_its_place_and_is_published_there(visit, thread, cast, say):
    first = say("mo", "First.", to=thread.opening)
    last = say("mo", "Last.", to=thread.opening)
    rules = {"words": {"is_on": True, "words": ["casino"]}}
    aside(partial(Event.objects.update, hold_rules=rules, tells_waiting=True))
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    eve = visit(f"/threads/{thread.pk}/")
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    ben.click(f"#comment-{first.pk} a[data-reply]")
    expect(ben.locator(f"#reply-{first.pk} textarea[data-source]")).to_be_focused()
    ben.keyboard.type("A casino of words.")
    send = ben.locator(f"#reply-{first.pk} button[type=submit]:not([name])")
    send.click()
    expect(ben.locator(f"#reply-{first.pk} form .notice")).to_contain_text("because it contains casino")
    expect(ben.locator(f"#reply-{first.pk} textarea[data-source]")).to_be_focused()
    expect(send).to_have_text("Send for review")
    assert Comment.objects.count() == 3
    send.click()
    waits = ben.locator(f"#comment-{first.pk} + .comment[data-waits]")
    expect(waits).to_contain_text("Awaiting review: only you can see this.")
    expect(waits.locator("a[data-reply]")).to_have_count(0)
    expect(ben.locator(f"#comment-{last.pk}")).to_be_visible()
    ben.reload()
    expect(waits).to_contain_text("It contains a watched word: casino.")
    expect(eve.locator(f"#comment-{first.pk} .awaited")).to_have_text("1 reply awaiting review", timeout=8000)
    assert "casino" not in eve.content()
    held = Comment.objects.get(status="held")
    mo = visit("/baku/moderation/desk/", who="mo")
    expect(mo.locator(f"#card-{held.pk}")).to_contain_text("A casino of words.")
    aside(partial(review_comment, held, Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now()))
    expect(ben.locator(f"#comment-{held.pk}[data-waits]")).to_have_count(0, timeout=8000)
    expect(ben.locator(f"#comment-{held.pk} a[data-reply]")).to_be_visible()
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=8000)
    expect(eve.locator(".awaited")).to_have_count(0)
    eve.click("#arrivals button")
    expect(eve.locator(f"#comment-{first.pk} + #comment-{held.pk}")).to_contain_text("A casino of words.")
