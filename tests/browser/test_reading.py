"""What was on screen is read; what was not stays new."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from forum.kernel.ranges import Ranges
from forum.models import Reading
from tests.browser.conftest import aside
from tests.dialogue.test_reading import grow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "\n\n".join(["A paragraph that takes room on the screen, so that not everything is seen at once."] * 6)


def new_ones(page: Page) -> list[str]:
    return page.eval_on_selector_all("#comments > .comment[data-new]", "found => found.map(c => c.dataset.number)")


def saved(person) -> Ranges:
    row = Reading.objects.filter(person=person).first()
    return Ranges.parse(row.ranges) if row else Ranges()


def test_a_comment_counts_as_read_when_it_was_seen_and_not_before(visit, thread, cast, say):
    for n in range(8):
        say("ada", f"{n} {LONG}", to=thread.opening)
    ben = visit(f"/threads/{thread.pk}/", who="ben", viewport={"width": 1000, "height": 700})
    expect(ben.locator("[data-unread-count]")).not_to_have_text("9 unread")
    left = new_ones(ben)
    assert "9" in left, "below the fold is not read"
    assert "1" not in left
    ben.keyboard.press("n")
    expect(ben.locator(f".comment.is-here[data-number='{left[0]}']")).to_be_visible()
    ben.evaluate("document.querySelector('.comment[data-number=\"9\"]').scrollIntoView()")
    expect(ben.locator("#comments > .comment[data-number='9']:not([data-new])")).to_have_count(1, timeout=3000)
    ben.goto("about:blank")
    deadline = time.monotonic() + 3
    while 9 not in saved(cast.ben) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert 1 in saved(cast.ben)
    assert 9 in saved(cast.ben)
    again = visit(f"/threads/{thread.pk}/", who="ben")
    assert "1" not in new_ones(again)


def test_without_an_account_the_browser_remembers(visit, thread, say):
    eve = visit(f"/threads/{thread.pk}/")
    expect(eve.locator("#comments > .comment[data-new]")).to_have_count(0, timeout=3000)
    say("ada", "News for eve.", to=thread.opening)
    eve.reload()
    assert new_ones(eve) == ["2"]
    say("ada", "And more.", to=thread.opening)
    eve.goto(f"/{thread.theme.event.slug}/{thread.theme.slug}/")
    expect(eve.locator(f"#thread-{thread.pk} .unread-mark")).to_have_text(re.compile("[12] unread"))
    eve.goto(f"/{thread.theme.event.slug}/")
    expect(eve.locator(f"#theme-{thread.theme_id} .unread-mark")).to_have_text(re.compile("[12] unread"))
    assert eve.context.cookies() == []


def test_marking_all_leaves_nothing_new(visit, thread, cast, say):
    for n in range(6):
        say("ada", f"{n} {LONG}", to=thread.opening)
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    ben.click("#reading summary")
    ben.click("[data-some-unread] button")
    expect(ben.locator("[data-none-unread]")).to_be_visible()
    assert new_ones(ben) == []
    again = visit(f"/threads/{thread.pk}/", who="ben")
    assert new_ones(again) == []


def test_keys_walk_the_tree_and_rest_while_somebody_writes(visit, thread, cast, say):
    first = say("ada", "One.", to=thread.opening)
    below = say("ada", "Below one.", to=first)
    second = say("ada", "Two.", to=thread.opening)
    ben = visit(f"/threads/{thread.pk}/#comment-{below.pk}", who="ben")
    ben.evaluate(f"document.getElementById('comment-{below.pk}').classList.add('is-here')")
    for key, expected in (("u", first), ("]", second), ("[", first)):
        ben.keyboard.press(key)
        expect(ben.locator(".comment.is-here")).to_have_attribute("id", f"comment-{expected.pk}")
    ben.keyboard.press("?")
    expect(ben.locator("#keys")).to_be_visible()
    ben.keyboard.press("?")
    expect(ben.locator("#keys")).to_be_hidden()
    ben.click(f"#comment-{second.pk} a[data-reply]")
    ben.locator("#comments .reply-box textarea").press_sequentially("u n p ?")
    assert ben.locator("#comments .reply-box textarea").input_value() == "u n p ?"


def test_a_folded_branch_says_what_it_holds_and_stays_folded(visit, thread, cast, say):
    first = say("ada", "One.", to=thread.opening)
    below = say("ada", "Below one.", to=first)
    say("ada", "Deeper.", to=below)
    say("ada", "Two.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", viewport={"width": 1000, "height": 2400})
    expect(page.locator(f"#comment-{first.pk} [data-fold]")).to_have_text("Collapse")
    expect(page.locator("#comments > .comment[data-new]")).to_have_count(0, timeout=4000)
    page.click(f"#comment-{first.pk} [data-fold]")
    expect(page.locator(f"#comment-{below.pk}")).to_be_hidden()
    expect(page.locator(f"#comment-{first.pk} [data-fold]")).to_contain_text("2 replies")
    page.reload()
    expect(page.locator(f"#comment-{below.pk}")).to_be_hidden()
    say("ben", "Arrives in the fold.", to=below)
    expect(page.locator(f"#comment-{first.pk} [data-fold]")).to_contain_text("3 replies, +1 new", timeout=7000)
    page.goto(f"/threads/{thread.pk}/#comment-{below.pk}")
    expect(page.locator(f"#comment-{below.pk}")).to_be_visible()
    page.click("#reading summary")
    page.click("[data-fold-all]")
    expect(page.locator("#reading details")).not_to_have_attribute("open", "")
    expect(page.locator(f"#comment-{below.pk}")).to_be_hidden()
    page.click("#reading summary")
    page.click("[data-unfold]")
    expect(page.locator("#comments > .comment:visible")).to_have_count(6)


def test_later_comments_are_loaded_in_place(visit, thread, cast, say):
    aside(grow, thread, cast.ben, 420)
    page = visit(f"/threads/{thread.pk}/")
    before = page.locator("#comments > .comment").count()
    assert 100 < before <= 200
    while page.locator("[data-load-later]").count():
        page.click("[data-load-later]")
        expect(page.locator("#comments > .comment")).not_to_have_count(before)
        before = page.locator("#comments > .comment").count()
    whole = visit(f"/threads/{thread.pk}/?all=1")
    numbers = "found => found.map(c => c.dataset.number)"
    assert page.eval_on_selector_all("#comments > .comment", numbers) == whole.eval_on_selector_all(
        "#comments > .comment", numbers
    )
    assert page.locator("#comments > .comment").count() == 420


def test_a_second_press_while_a_part_is_on_its_way_loads_nothing_twice(visit, thread, cast):
    aside(grow, thread, cast.ben, 260)
    page = visit(f"/threads/{thread.pk}/")
    before = page.locator("#comments > .comment").count()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("for (const link of [0, 1, 2].map(() => document.querySelector('[data-load-later]'))) link.click()")
    expect(page.locator("#comments > .comment")).not_to_have_count(before)
    assert page.evaluate("history.state.parts") == 1
    assert len([url for url in asked if "/threads/" in url]) == 1
    numbers = page.eval_on_selector_all("#comments > .comment", "found => found.map(c => c.dataset.number)")
    assert len(numbers) == len(set(numbers))


def test_a_branch_is_marked_as_read_in_place_and_an_exchange_of_two_keeps_its_indent(visit, thread, say):
    first = say("ada", "A branch.", to=thread.opening)
    second = say("mo", "Its answer.", to=first)
    third = say("ada", "And back.", to=second)
    say("mo", "Another branch.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben", viewport={"width": 1000, "height": 120})
    indents = "cs => cs.map(c => c.dataset.indent)"
    assert page.eval_on_selector_all("#comments > .comment", indents) == ["0", "1", "2", "2", "1"]
    page.click(f"#comment-{first.pk} [data-acts]")
    page.click("[data-read-branch] button")
    expect(page.locator(f"#comment-{third.pk}")).not_to_have_attribute("data-new", "")
    expect(page.locator("#comments [data-read-branch]")).to_have_count(0)
    say("olga", "A third voice.", to=second)
    expect(page.locator("#comments > .comment")).to_have_count(6, timeout=12_000)
    assert page.eval_on_selector_all("#comments > .comment", indents) == ["0", "1", "2", "3", "3", "1"]
    page.reload()
    assert page.eval_on_selector_all("#comments > .comment", indents) == ["0", "1", "2", "3", "3", "1"]


def test_a_screen_reader_hears_level_author_and_whom_a_reply_answers(visit, thread, say):
    deep = say("mo", "Deeper.", to=say("ben", "Deep.", to=thread.opening))
    page = visit(f"/threads/{thread.pk}/")
    heard = page.locator(f"#comment-{deep.pk}").aria_snapshot()
    for words in ("Mo", "to", 'link "Ben,', "level 2", 'link "Reply"'):
        assert words in heard, words


def test_back_and_forward_return_to_what_was_loaded_to_the_place_and_to_the_folds(visit, thread, cast, say):
    aside(grow, thread, cast.ben, 420)
    page = visit(f"/threads/{thread.pk}/")
    page.click("#comments > .comment [data-fold] >> nth=0")
    hidden = page.locator("#comments > .comment:not(:visible)").count()
    assert hidden
    first_part = page.locator("#comments > .comment").count()
    page.click("[data-load-later]")
    expect(page.locator("#comments > .comment")).not_to_have_count(first_part)
    count = page.locator("#comments > .comment").count()
    last = page.locator("#comments > .comment").last
    name, link = last.get_attribute("id"), last.locator("a.when")
    link.scroll_into_view_if_needed()
    top = page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", name)
    link.click()
    page.wait_for_url("**/comments/**")
    page.go_back()
    expect(page.locator("#comments > .comment")).to_have_count(count)
    expect(page.locator("#comments > .comment:not(:visible)")).to_have_count(hidden)
    expect(page.locator(f"#{name}")).to_be_in_viewport()
    assert abs(page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", name) - top) < 40
    page.go_forward()
    page.wait_for_url("**/comments/**")


def test_the_unread_are_walked_by_keys_alone_across_the_parts_of_a_long_thread(visit, thread, cast, say):
    aside(grow, thread, cast.ada, 260)
    page = visit(f"/threads/{thread.pk}/", who="ben", viewport={"width": 1000, "height": 500})
    seen: list[str] = []
    numbers = "found => found.map(c => c.dataset.id)"
    expected = visit(f"/threads/{thread.pk}/?all=1").eval_on_selector_all("#comments > .comment", numbers)
    while page.locator("[data-load-later]").count():
        page.locator("[data-load-later]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#comments > .comment")).not_to_have_count(len(seen) + 1)
        page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")
    for _ in range(12):
        page.keyboard.press("n")
        here = page.locator(".comment.is-here").get_attribute("data-id") or ""
        seen.append(here)
        expect(page.locator(f"#comment-{here}")).to_be_in_viewport()
    places = [expected.index(pk) for pk in seen]
    assert places == sorted(set(places)), "from top to bottom, none twice"
