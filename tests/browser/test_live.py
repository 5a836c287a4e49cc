"""Somebody replies, somebody else watches."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from forum.models import Comment
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from tests.browser.conftest import aside
from tests.factories import make_theme
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tree(page: Page) -> list[str]:
    """What a page shows of a thread: each comment's number, state and text, in order."""
    return page.eval_on_selector_all(
        "#comments > .comment",
        "found => found.map(c => [c.dataset.number, c.dataset.level, c.dataset.parent, c.dataset.revision,"
        " c.querySelector('.comment-body, .comment-gone').innerHTML.trim()].join('|'))",
    )


def test_a_reply_appears_before_a_follower_without_reload_and_in_its_place(visit, thread, say):
    first = say("ada", "The first answer.", to=thread.opening)
    say("ada", "The second answer.", to=thread.opening)
    eve = visit(f"/threads/{thread.pk}/")
    expect(eve.locator("#live[data-state=live]")).to_be_visible()
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    ben.click(f"#comment-{first.pk} a[data-reply]")
    ben.fill(f"#reply-{first.pk} textarea", "An answer *to the first*.")
    ben.click(f"#reply-{first.pk} button[type=submit]")
    expect(eve.locator("#arrivals")).to_have_text("1 new reply", timeout=2000)
    eve.click("#arrivals button")
    expect(eve.locator(".comment-body em")).to_have_text("to the first")
    shown = [re.sub("<[^>]+>", "", row.rsplit("|", 1)[1]) for row in tree(eve)]
    assert shown == [
        "It happens in many places.",
        "The first answer.",
        "An answer to the first.",
        "The second answer.",
    ]
    assert tree(eve) == tree(ben) == tree(visit(f"/threads/{thread.pk}/"))
    assert eve.context.cookies() == []


def test_a_cut_follower_ends_equal_to_a_fresh_load(visit, server: Server, theme, thread, cast, say):
    kept = say("ben", "This stays.", to=thread.opening)
    edited = say("ben", "This changes.", to=thread.opening)
    withdrawn = say("ben", "WITHDRAWN-MARKER", to=thread.opening)
    removed = say("ben", "REMOVED-MARKER", to=kept)
    say("ada", "An answer to what will be removed.", to=removed)
    eve = visit(f"/threads/{thread.pk}/")
    rows = visit(f"/{theme.event.slug}/{theme.slug}/")
    poster = visit(f"/{theme.event.slug}/")
    followers = [eve, rows, poster]
    for page in followers:
        expect(page.locator("#live[data-state=live]")).to_be_visible()
        page.context.set_offline(True)
        page.evaluate("window.dispatchEvent(new Event('offline'))")
    server.stop()
    server.start()
    ben, mo = visit("/", who="ben"), visit("/", who="mo")
    new = answer(ben, kept, "New 1")
    answer(ben, Comment.objects.get(pk=new), "New 2, below it")
    answer(ben, thread.opening, "New 3")
    edit(ben, edited, "This has changed.")
    confirm(ben, f"/comments/{withdrawn.pk}/withdraw/")
    confirm(mo, f"/comments/{removed.pk}/remove/", "Against the code of conduct.")
    answer(ben, thread.opening, "New 4")
    open_thread(ben, theme, "Another thread")
    stand(ben, thread.opening, "agree")
    stand(mo, thread.opening, "disagree")
    confirm(mo, f"/threads/{thread.pk}/lock/", "Time to read.")
    confirm(mo, f"/comments/{kept.pk}/remove/", "By mistake.")
    confirm(mo, f"/comments/{kept.pk}/restore/")
    for page in followers:
        page.context.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(eve.locator(".comment-body", has_text="New 4")).to_be_visible(timeout=5000)
    show_all(eve)
    expect(rows.locator(".thread-row", has_text="Another thread")).to_be_visible(timeout=5000)
    expect(poster.locator(".theme-row", has_text="2 threads")).to_be_visible(timeout=5000)
    for page in followers:
        assert whole(page) == whole(visit(page.url.removeprefix(server.url)))
    assert len(tree(eve)) == 9
    expect(eve.locator(".comment .stances")).to_have_text("1 agrees, 1 disagrees")
    assert eve.locator("#comments[data-locked]").count() == 1
    assert "MARKER" not in eve.content()


def whole(page: Page) -> dict[str, str]:
    """Everything live in a page, with the times as the server wrote them."""
    return page.evaluate(
        """() => Object.fromEntries(
        [...document.querySelectorAll('#comments, #threads, #themes, #wall, [id^=head-]')].map(e => {
            const copy = e.cloneNode(true);
            for (const c of copy.querySelectorAll('.comment, .thread-row'))
              for (const own of ['data-new', 'data-arrived', 'data-fresh', 'data-first-visit', 'tabindex'])
                c.removeAttribute(own);
            for (const c of copy.querySelectorAll('.is-here')) c.classList.remove('is-here');
            for (const time of copy.querySelectorAll('time')) { time.textContent = ''; time.removeAttribute('title');
              delete time.dataset.label; }
            return [e.id, copy.innerHTML.replace(/\\s+/g, ' ').replace(/> </g, '><').trim()];
        }))"""
    )


def show_all(page: Page) -> None:
    """Lets in what waits behind the bar, if anything does; a page behind another draws too seldom for a real click."""
    button = page.locator("#arrivals button")
    if button.is_visible():
        button.dispatch_event("click")


def answer(page: Page, to: Any, text: str) -> int:
    before = set(Comment.objects.values_list("pk", flat=True))
    page.goto(f"/comments/{to.pk}/reply/")
    page.fill(f"#reply-{to.pk} textarea", text)
    page.click(f"#reply-{to.pk} button[type=submit]")
    expect(page.locator(".comment-body", has_text=text)).to_be_visible()
    (written,) = set(Comment.objects.values_list("pk", flat=True)) - before
    return written


def edit(page: Page, comment: Any, text: str) -> None:
    page.goto(f"/comments/{comment.pk}/edit/")
    page.fill("textarea[name=source]", text)
    page.click("main button[type=submit]")
    expect(page.locator(".comment-body", has_text=text)).to_be_visible()


def confirm(page: Page, path: str, reason: str = "") -> None:
    page.goto(path)
    if reason:
        page.fill("textarea[name=reason]", reason)
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.url.rstrip("/").split("/")[-1] != path.rstrip("/").split("/")[-1]


def stand(page: Page, comment: Any, kind: str) -> None:
    page.goto(f"/comments/{comment.pk}/")
    page.click(f"#stances button[value={kind}]")
    expect(page.locator(f"#stances button[value={kind}]")).to_have_attribute("aria-pressed", "true")


def open_thread(page: Page, theme: Any, title: str) -> None:
    page.goto(f"/{theme.event.slug}/{theme.slug}/open/")
    page.fill("input[name=title]", title)
    page.fill("textarea[name=source]", "A new question.")
    page.click("main button[type=submit]")
    expect(page.locator("h1", has_text=title)).to_be_visible()


def test_a_conversation_that_moves_takes_its_followers_along(visit, event, theme, thread, cast, say):
    branch = say("ben", "Quite another question.", to=thread.opening)
    answer = say("ada", "An answer to it.", to=branch)
    stays = say("ben", "This stays.", to=thread.opening)
    here = visit(f"/threads/{thread.pk}/", who="ada")
    expect(here.locator("#live[data-state=live]")).to_be_visible()
    decision = {"by": cast.mo, "reason": "Another question.", "now": timezone.now()}
    after = aside(partial(split_branch, branch, title="Quite another", **decision)).thread
    expect(here.locator(f"#comment-{answer.pk}")).to_have_count(0, timeout=12_000)
    assert len(tree(here)) == 2
    there = visit(f"/threads/{thread.pk}/#comment-{answer.pk}")
    there.wait_for_url(f"**/comments/{answer.pk}/")
    follower = visit(f"/threads/{after.pk}/")
    aside(partial(merge_thread, after, into=thread, **decision))
    expect(here.locator(f"#comment-{answer.pk}")).to_be_visible(timeout=12_000)
    assert tree(here) == tree(visit(f"/threads/{thread.pk}/"))
    expect(follower.locator("[data-thread-moved]")).to_be_visible(timeout=12_000)
    follower.click("[data-thread-moved] a")
    follower.wait_for_url(f"**/comments/{branch.pk}/")
    here.click(f"#comment-{stays.pk} a[data-reply]")
    here.fill(f"#reply-{stays.pk} textarea", "Written while it moves.")
    aside(partial(move_thread, thread, to=aside(make_theme, event), **decision))
    expect(here.locator("[data-thread-moved]")).to_be_visible(timeout=12_000)
    expect(here.locator(f"#reply-{stays.pk} textarea")).to_have_value("Written while it moves.")
    here.click(f"#reply-{stays.pk} button[type=submit]:not([name])")
    here.wait_for_url("**/threads/**", timeout=8_000)
    expect(here.locator(".comment-body", has_text="Written while it moves.")).to_be_visible()
