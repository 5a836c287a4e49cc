"""How a page behaves while others write: nothing moves under the reader's eyes, nothing taken back is shown."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment
from forum.moderation.actions.moderation import lock_thread, remove_comment, rename_thread
from forum.moderation.actions.review import review_comment
from tests.browser.conftest import aside
from tests.server import Server
from tests.support.imported import import_reply, imported_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "A sentence that fills a good part of a line, so that a comment has some height. " * 12
SOON = 12_000  # ms; usually it is nearly nothing


@pytest.fixture
def decide(cast) -> dict[str, Any]:
    return {"by": cast.mo, "reason": "Against the code of conduct.", "now": timezone.now()}


@pytest.fixture
def talk(thread, say) -> list[Comment]:
    return [say("ada", f"Point {n}. {LONG}", to=thread.opening) for n in range(8)]


def is_live(page: Page) -> Page:
    expect(page.locator("#live[data-state=live]")).to_be_visible()
    return page


def top_of(page: Page, comment: Comment) -> float:
    return page.locator(f"#comment-{comment.pk}").evaluate("e => e.getBoundingClientRect().top")


def test_fifty_comments_above_and_below_move_nothing_on_screen(visit, thread, talk, say):
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    eve.locator(f"#comment-{talk[4].pk}").evaluate(
        "e => scrollTo({top: scrollY + e.getBoundingClientRect().top - 200})"
    )
    eve.wait_for_timeout(300)
    before = top_of(eve, talk[4])
    for n in range(25):
        say("ben", f"Above {n}. {LONG[:200]}", to=talk[0])
        say("ben", f"Below {n}. {LONG[:200]}", to=talk[7])
    expect(eve.locator("#arrivals")).to_have_text("50 new replies", timeout=SOON)
    assert top_of(eve, talk[4]) == pytest.approx(before, abs=1)
    assert eve.locator("#comments > .comment").count() == 9 + 25, "what goes below the screen is there already"
    assert eve.title().startswith("Where does")
    eve.click("#arrivals button")
    expect(eve.locator("#comments > .comment")).to_have_count(59)
    expect(eve.locator(".comment-body", has_text="Above 0.")).to_be_in_viewport()


def test_what_is_taken_back_behind_the_bar_is_never_shown(visit, thread, talk, say, decide):
    eve = visit(f"/threads/{thread.pk}/")
    eve.evaluate(
        """() => { window.seen = ''; new MutationObserver(() => { window.seen += document.body.textContent })
        .observe(document.body, {childList: true, subtree: true, characterData: true}) }"""
    )
    is_live(eve)
    eve.evaluate("scrollTo(0, document.body.scrollHeight)")
    doomed = say("ben", "ZEBRAFINCH", to=talk[0])
    stays = say("ben", "This stays.", to=talk[0])
    expect(eve.locator("#arrivals")).to_have_text("2 new replies", timeout=SOON)
    aside(partial(remove_comment, doomed, seen=SKIP_CHECK, **decide))
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=SOON)
    assert eve.locator(f"#comment-{doomed.pk}").count() == 0
    eve.click("#arrivals button")
    expect(eve.locator(f"#comment-{stays.pk}")).to_be_in_viewport()
    assert "ZEBRAFINCH" not in eve.evaluate("window.seen")
    assert eve.locator(f"#comment-{doomed.pk}").count() == 0


def test_at_the_end_of_a_thread_new_comments_come_in_by_themselves(visit, thread, talk, say):
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    eve.locator(f"#comment-{talk[7].pk} footer").scroll_into_view_if_needed()
    eve.wait_for_timeout(300)
    new = say("ben", "At the end.", to=thread.opening)
    expect(eve.locator(f"#comment-{new.pk}")).to_be_visible(timeout=SOON)
    expect(eve.locator("#arrivals")).to_be_hidden()


def test_own_comments_appear_at_once_and_are_not_counted(visit, thread, talk):
    here = is_live(visit(f"/threads/{thread.pk}/", who="ben"))
    other = is_live(visit(f"/threads/{thread.pk}/", who="ben"))
    other.evaluate("scrollTo(0, 600)")
    here.click(f"#comment-{talk[0].pk} a[data-reply]")
    here.fill(f"#reply-{talk[0].pk} textarea", "My own words.")
    here.click(f"#reply-{talk[0].pk} button[type=submit]:not([name])")
    for page in (here, other):
        expect(page.locator(".comment-body", has_text="My own words.")).to_have_count(1, timeout=SOON)
        expect(page.locator("#arrivals")).to_be_hidden()


def test_the_opening_comment_is_answered_in_one_box_though_the_page_offers_two(visit, thread):
    here = is_live(visit(f"/threads/{thread.pk}/", who="ben"))
    reply = here.locator(f"#comment-{thread.opening_id} a[data-reply]")
    reply.click()
    expect(here.locator(f"#comments > #reply-{thread.opening_id} textarea[data-source]")).to_be_focused()
    ids = here.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids)), "a label or a toolbar would act on the other box"
    reply.click()  # nothing was written: the box closes
    here.fill(".foot-box textarea[data-source]", "Begun below.")
    reply.click()
    expect(here.locator(".foot-box textarea[data-source]")).to_be_focused()
    expect(here.locator("#comments > .box")).to_have_count(0)


def test_a_pause_holds_everything_but_what_is_taken_back(visit, thread, talk, say, decide):
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    eve.evaluate("scrollTo(0, document.body.scrollHeight)")
    eve.click("[data-pause]")
    expect(eve.locator("#live")).to_contain_text("Paused at")
    new = say("ben", "At the end.", to=thread.opening)
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=SOON)
    assert eve.locator(f"#comment-{new.pk}").count() == 0
    aside(partial(remove_comment, talk[6], seen=SKIP_CHECK, **decide))
    expect(eve.locator(f"#comment-{talk[6].pk}")).to_have_count(0, timeout=SOON)
    aside(partial(rename_thread, thread, title="Under another name", **decide))
    eve.wait_for_timeout(1000)
    expect(eve.locator("h1")).to_have_text("Where does cooperation happen")
    eve.click("[data-pause]")
    expect(eve.locator("h1")).to_have_text("Under another name")
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    expect(eve.locator(f"#comment-{new.pk}")).to_be_visible()


def test_a_held_comment_that_is_approved_comes_in_its_place_and_is_new(visit, theme, thread, talk, cast, decide):
    seed = imported_comment(
        theme, "x:1", author=cast.ben, source="Approved late.", written_at=timezone.now(), is_public=False
    )
    held = aside(import_reply, talk[2], seed)
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    aside(partial(review_comment, held, Decision.APPROVE, seen=SKIP_CHECK, **decide))
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=SOON)
    eve.click("#arrivals button")
    expect(eve.locator(f"#comment-{talk[2].pk} + #comment-{held.pk}")).to_be_in_viewport()


def test_the_state_says_since_when_nothing_comes(visit, server: Server, thread, say):
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    server.stop()
    expect(eve.locator("#live[data-state=paused]")).to_contain_text("Live updates interrupted since")
    since = eve.locator("#live [data-live-state]").inner_text()
    eve.wait_for_timeout(4000)
    assert eve.locator("#live [data-live-state]").inner_text() == since, "trying again is no new state"
    server.start()
    expect(eve.locator("#live[data-state=live]")).to_be_visible(timeout=35_000)
    say("ben", "After the break.", to=thread.opening)
    expect(eve.locator(".comment-body", has_text="After the break.")).to_be_visible(timeout=SOON)


@pytest.mark.parametrize("way", ["events", "polling"])
def test_a_page_that_gets_no_websocket_finds_another_way(visit, thread, say, way):
    eve = visit("/")
    blocked = ["WebSocket"] if way == "events" else ["WebSocket", "EventSource"]
    eve.context.add_init_script(
        f"""for (const name of {blocked}) {{ const plain = window[name];
        window[name] = class extends EventTarget {{ static CONNECTING = 0; static OPEN = 1; readyState = 3;
          constructor() {{ super(); setTimeout(() => {{ this.dispatchEvent(new Event('error'));
            this.dispatchEvent(new Event('close')); }}); }} close() {{}} }}; }}
        Math.random = () => 0.01;"""
    )
    eve.goto(f"/threads/{thread.pk}/")
    expect(eve.locator("#live[data-state=live]")).to_be_visible(timeout=15_000)
    say("ben", "By another way.", to=thread.opening)
    expect(eve.locator(".comment-body", has_text="By another way.")).to_be_visible(timeout=20_000)


def test_whoever_listens_is_told_at_most_every_twenty_seconds_and_can_turn_it_off(visit, thread, talk, say):
    ada = visit("/", who="ada")
    ada.clock.install()
    ada.goto(f"/threads/{thread.pk}/")
    is_live(ada)
    ada.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
        const text = document.getElementById('polite').textContent; if (text) window.said.push([text, Date.now()]) })
        .observe(document.getElementById('polite'), {childList: true, subtree: true, characterData: true}) }"""
    )
    ada.focus("[data-pause]")
    say("ben", "To ada.", to=talk[0])
    expect(ada.locator("#arrivals")).to_have_text("1 new reply", timeout=SOON)
    ada.clock.run_for(100)
    say("ben", "To the thread.", to=thread.opening)
    say("mo", "To ben's words.", to=Comment.objects.get(version__source="To ada."))
    expect(ada.locator("#arrivals")).to_have_text("3 new replies", timeout=SOON)
    ada.clock.run_for(20_000)
    said = ada.evaluate("said")
    assert [text for text, _ in said] == [
        "1 new reply in Principles, 1 to you.",
        "2 new replies in Principles, 1 to you.",
    ]
    # The observer is told a little after the sentence was said, on a busy machine the first time by more.
    assert said[1][1] - said[0][1] >= 19_500
    assert ada.evaluate("document.activeElement.dataset.pause") == "", "the focus stays where it was"
    ada.focus("[data-polite]")
    ada.keyboard.press("Enter")
    expect(ada.locator("[data-polite]")).to_have_text("Announce new comments: off")
    say("ben", "Not spoken.", to=talk[1])
    expect(ada.locator("#arrivals")).to_have_text("4 new replies", timeout=SOON)
    ada.clock.run_for(40_000)
    assert len(ada.evaluate("said")) == 2


def test_a_hidden_page_waits_and_is_right_when_it_is_looked_at_again(visit, thread, talk, say, decide):
    eve = visit("/")
    eve.clock.install()
    eve.goto(f"/threads/{thread.pk}/")
    is_live(eve)
    turn(eve, hidden=True)
    say("ben", "While nobody looks.", to=thread.opening)
    expect(eve).to_have_title(re.compile(r"^\(1\) "), timeout=SOON)
    assert eve.locator("#comments > .comment").count() == 9
    eve.clock.run_for(70_000)
    late = say("ben", "After it went to rest.", to=thread.opening)
    aside(partial(lock_thread, thread, **decide))
    turn(eve, hidden=False)
    expect(eve.locator(f"#comment-{late.pk}")).to_have_count(1, timeout=SOON)
    expect(eve.locator("#comments[data-locked]")).to_have_count(1)
    assert not eve.title().startswith("(")
    expect(eve.locator("#comments > .comment")).to_have_count(11)  # what it missed may come a moment after the news


def turn(page: Page, *, hidden: bool) -> None:
    page.evaluate(
        """(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange')) }""",
        hidden,
    )


def test_reduced_motion_is_honoured(visit, thread, talk, say):
    eve = is_live(visit(f"/threads/{thread.pk}/", reduced_motion="reduce"))
    say("ben", "New.", to=talk[0])
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=SOON)
    eve.click("#arrivals button")
    duration = eve.locator(".comment[data-fresh]").evaluate("e => getComputedStyle(e).animationDuration")
    assert duration == "0s"


def test_somebody_writing_shows_only_where_the_theme_says_so(visit, theme, thread, talk):
    eve = is_live(visit(f"/threads/{thread.pk}/"))
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    ben.click(f"#comment-{talk[0].pk} a[data-reply]")
    box = ben.locator(f"#reply-{talk[0].pk} textarea")
    box.type("Hm.")
    expect(ben.locator(f"#reply-{talk[0].pk} [data-state-line]")).to_contain_text("saved")
    expect(eve.locator(".writing")).to_have_count(0)
    theme.__class__.objects.filter(pk=theme.pk).update(shows_writing=True)
    ben.wait_for_timeout(5000)  # one signal in five seconds, whether it was shown or not
    height = eve.locator("#comments").evaluate("e => e.offsetHeight")
    box.type(" I think")
    expect(eve.locator(f"#comment-{talk[0].pk} .writing")).to_have_text("Someone is writing a reply", timeout=4000)
    assert eve.locator("#comments").evaluate("e => e.offsetHeight") == height
    assert ben.locator(".writing").count() == 0
