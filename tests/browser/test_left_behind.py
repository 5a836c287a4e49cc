"""Nothing that was taken back stays on a page: whatever has moved, is gone, waits, or was on its way meanwhile."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from forum.dialogue.actions.locking import bump_revision
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Comment, Thread
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.moving import merge_thread, move_thread
from tests.browser.conftest import aside
from tests.bulk import plant_below
from tests.factories import make_theme, open_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOON = 15_000  # ms
FAR = 5_000  # revisions: more than a server remembers


@pytest.fixture
def decide(cast) -> dict[str, Any]:
    return {"by": cast.mo, "reason": "Against the code of conduct.", "now": timezone.now()}


def is_live(page: Page) -> Page:
    expect(page.locator("#live[data-state=live]")).to_be_visible()
    return page


def watch(page: Page) -> None:
    """Notes every text that the page shows from now on, if only for a moment."""
    page.evaluate(
        """() => { window.seen = ''; new MutationObserver(() => { window.seen += document.body.textContent })
        .observe(document.body, {childList: true, subtree: true, characterData: true}) }"""
    )


def test_what_waits_and_moves_is_not_shown_once_it_is_removed(visit, event, theme, thread, say, decide):
    other = aside(make_theme, event)
    eve = is_live(visit(f"/{event.slug}/live/"))
    watch(eve)
    eve.click("#live [data-pause]")
    doomed = say("ben", "DOOMED", to=thread.opening)
    say("ben", "This stays.", to=thread.opening)
    expect(eve.locator("#arrivals")).to_be_visible(timeout=SOON)
    aside(partial(move_thread, Thread.objects.get(pk=thread.pk), to=other, **decide))
    aside(partial(remove_comment, Comment.objects.get(pk=doomed.pk), seen=SKIP_CHECK, **decide))
    eve.wait_for_timeout(1_500)
    eve.click("#live [data-pause]")
    if eve.locator("#arrivals button").is_visible():
        eve.locator("#arrivals button").dispatch_event("click")
    expect(eve.locator("#wall")).to_contain_text("This stays.", timeout=SOON)
    eve.wait_for_timeout(1_000)
    assert "DOOMED" not in eve.evaluate("window.seen")


def test_a_page_whose_thread_is_gone_shows_nothing_of_it(visit, theme, thread, decide):
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    eve.context.set_offline(True)
    eve.evaluate("dispatchEvent(new Event('offline'))")
    aside(partial(remove_comment, Comment.objects.get(pk=thread.opening_id), seen=SKIP_CHECK, **decide))
    aside(partial(bump_revision, theme.pk, revisions=FAR))
    eve.context.set_offline(False)
    eve.evaluate("dispatchEvent(new Event('online'))")
    expect(eve.locator("[data-thread-gone]")).to_be_visible(timeout=SOON)
    assert eve.locator("#comments > .comment").count() == 0
    assert "many places" not in eve.locator("main").inner_text()


def test_what_is_removed_after_a_thread_moved_leaves_the_page_that_shows_it(visit, event, thread, say, decide):
    doomed = say("ben", "DOOMED", to=thread.opening)
    other = aside(make_theme, event)
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    aside(partial(move_thread, Thread.objects.get(pk=thread.pk), to=other, **decide))
    expect(eve.locator("[data-thread-moved]")).to_be_visible(timeout=SOON)
    aside(partial(remove_comment, Comment.objects.get(pk=doomed.pk), seen=SKIP_CHECK, **decide))
    expect(eve.locator("#comments")).not_to_contain_text("DOOMED", timeout=SOON)
    expect(eve.locator("#comments")).to_contain_text("many places")
    say("ada", "And on.", to=Comment.objects.get(pk=thread.opening_id))
    expect(eve.locator("#comments")).to_contain_text("And on.", timeout=SOON)


def test_a_page_whose_thread_was_merged_keeps_only_what_is_being_written(visit, theme, thread, say, cast, decide):
    younger = aside(open_thread, theme, cast.ben, "The same again").thread
    here = is_live(visit(f"/threads/{younger.pk}/", who="ada"))
    here.click(f"#comment-{younger.opening_id} a[data-reply]")
    here.fill(f"#reply-{younger.opening_id} textarea", "Half a thought")
    aside(partial(merge_thread, younger, into=thread, **decide))
    expect(here.locator("[data-thread-moved]")).to_be_visible(timeout=SOON)
    expect(here.locator("#comments > .comment")).to_have_count(0, timeout=SOON)
    assert here.locator("#comments > .box textarea[data-source]").input_value() == "Half a thought"


def test_a_paused_page_that_is_told_to_load_anew_loses_what_was_removed(visit, theme, thread, say, decide):
    doomed = say("ben", "DOOMED", to=thread.opening)
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    eve.click("#live [data-pause]")
    aside(partial(bump_revision, theme.pk, revisions=FAR))
    aside(partial(remove_comment, Comment.objects.get(pk=doomed.pk), seen=SKIP_CHECK, **decide))
    expect(eve.locator("#comments")).not_to_contain_text("DOOMED", timeout=SOON)


def test_a_part_that_was_on_its_way_while_a_comment_was_removed_comes_without_it(visit, thread, cast, decide):
    comments = aside(partial(plant_below, Comment.objects.get(pk=thread.opening_id), [0] * 300, by=[cast.ben]))
    doomed = comments[-5]
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    held: list[str] = []

    def hold_the_first(route: Route) -> None:
        if held:
            return route.continue_()
        answer = route.fetch()
        held.append(answer.text())
        aside(partial(remove_comment, Comment.objects.get(pk=doomed.pk), seen=SKIP_CHECK, **decide))
        eve.wait_for_timeout(1_500)
        return route.fulfill(response=answer, body=held[0])

    eve.route("**/threads/*/?after=*", hold_the_first)
    watch(eve)
    eve.locator("[data-load-later]").click()
    expect(eve.locator(f"#comment-{comments[-1].pk}")).to_be_attached(timeout=SOON)
    assert f'id="comment-{doomed.pk}"' in held[0]
    expect(eve.locator(f"#comment-{doomed.pk}")).to_have_count(0)
