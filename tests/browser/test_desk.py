"""The desk before a real moderator: by keyboard alone, beside a colleague, and without scripts."""

from __future__ import annotations

from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from forum.dialogue.actions.comments import edit_comment, post_reply
from forum.kernel.choices import FlagKind, Status
from forum.models import Comment, Event
from forum.moderation.actions.flags import flag_comment
from tests.browser.conftest import aside
from tests.factories import new_key, reply_to
from tests.support.page_figures import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY = 200
DESK = "/baku/moderation/desk/"


@pytest.fixture
def wait_for(thread, cast):
    """Holds so many comments of ben's."""

    def hold(many: int) -> list[int]:
        Event.objects.update(hold_rules={"everybody": {"is_on": True}})
        parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
        facts = {"by": cast.ben, "now": timezone.now()}
        return [post_reply(parent, source=f"Held {n}.", key=new_key(), **facts).pk for n in range(many)]

    return partial(aside, hold)


def sends(page: Page, form: str, source: str) -> None:
    """Somebody writes in their own browser: so the server itself tells the desk."""
    page.goto(form)
    page.fill("main textarea[name=source]", source)
    page.click("main form:has(textarea) button[type=submit]")
    expect(page.locator(".comment-body", has_text=source)).to_be_visible()


def count(status: Status) -> int:
    return aside(Comment.objects.filter(status=status, author__name="Ben").count)


def test_two_hundred_are_worked_through_by_keyboard_alone(visit, wait_for):
    wait_for(MANY)
    mo = visit(DESK, who="mo")
    loads: list[str] = []
    mo.on("framenavigated", lambda frame: loads.append(frame.url))
    mo.keyboard.press("j")
    decided = {"a": 0, "r": 0, "e": 0}
    for n in range(MANY):
        card = mo.locator(".card.is-here:not([data-decided])")
        if not card.count():
            expect(mo.locator("[data-desk-new] button")).to_be_focused()
            mo.keyboard.press("Enter")
            expect(card).to_have_count(1)
        expect(card).to_be_focused()
        pk = card.get_attribute("data-card")
        key = "r" if n % 20 == 7 else "e" if n % 20 == 13 else "a"
        mo.keyboard.press(key)
        if key != "a":
            expect(mo.locator(f"#card-{pk} textarea")).to_be_focused()
            mo.keyboard.type("Please mind the tone.")
            mo.keyboard.press("Control+Enter")
        expect(mo.locator(f"#card-{pk}[data-decided]")).to_have_count(1)
        decided[key] += 1
    assert loads == [], "never loaded anew"
    assert count(Status.HELD) == 0
    assert (count(Status.PUBLISHED), count(Status.REJECTED), count(Status.REVISION)) == tuple(decided.values())


def test_the_last_decision_is_undone_by_a_key(visit, wait_for):
    first, second = wait_for(2)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("a")
    expect(mo.locator(f"#card-{first}")).to_contain_text("Comment published. By Mo")
    expect(mo.locator(f"#card-{second}")).to_be_focused()
    mo.keyboard.press("u")
    expect(mo.locator(f"#card-{first}")).to_be_focused()
    expect(mo.locator(f"#card-{first} [data-review]")).to_have_count(1)
    assert count(Status.HELD) == 2


def test_a_selection_is_decided_as_one(visit, wait_for):
    wait_for(3)
    mo = visit(DESK, who="mo")
    for _ in range(2):
        mo.keyboard.press("j")
        mo.keyboard.press("x")
    mo.click("#bulk summary")
    mo.click("#bulk button[value=approve]")
    expect(mo.locator(".card[data-decided]")).to_have_count(2)
    expect(mo.locator("[data-desk-told]")).to_contain_text("2 comments have been decided.")
    assert count(Status.HELD) == 1
    mo.click("[data-desk-told] button")
    expect(mo.locator("[data-desk-told]")).to_contain_text("2 decisions have been undone.")
    expect(mo.locator(".card [data-review]")).to_have_count(3)
    assert count(Status.HELD) == 3


@pytest.mark.parametrize("by", ["key", "button"])
def test_a_selection_of_one_is_undone_where_it_was_decided(visit, wait_for, by):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("x")
    mo.click("#bulk summary")
    mo.click("#bulk button[value=approve]")
    expect(mo.locator("[data-desk-told]")).to_contain_text("1 comment has been decided.")
    if by == "key":
        mo.keyboard.press("u")
    else:
        mo.click("[data-desk-told] button")
    expect(mo.locator("[data-desk-told]")).to_have_text("1 decision has been undone.")
    expect(mo.locator(f"#card-{held}")).to_be_focused()
    assert count(Status.HELD) == 1


def test_what_arrives_on_an_empty_desk_can_be_picked(visit, wait_for, thread):
    mo, ben = visit(DESK, who="mo"), visit("/", who="ben")
    expect(mo.locator("#bulk")).to_be_hidden()
    wait_for(0)
    sends(ben, f"/comments/{thread.opening_id}/reply/", "Held.")
    mo.click("[data-desk-new] button")
    expect(mo.locator(".card")).to_be_focused()
    mo.keyboard.press("x")
    mo.click("#bulk summary")
    mo.click("#bulk button[value=approve]")
    expect(mo.locator("[data-desk-told]")).to_contain_text("1 comment has been decided.")
    assert count(Status.PUBLISHED) == 1


@pytest.mark.parametrize("how", ["told in time", "sent too late"])
def test_what_was_typed_stays_while_the_author_edits(visit, wait_for, cast, how):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("e")
    mo.keyboard.type("Please name your source.")
    edit = partial(edit_comment, source="Held, and named.", now=timezone.now(), by=cast.ben)
    aside(lambda: edit(Comment.objects.select_related("thread__theme__event", "version").get(pk=held)))
    card = mo.locator(f"#card-{held}")
    if how == "told in time":
        mo.evaluate("document.dispatchEvent(new Event('desk:hint'))")
        expect(card.locator("[data-edited]")).to_contain_text("The author has edited this.", timeout=8000)
        card.locator("[data-load]").click()
    else:
        mo.keyboard.press("Control+Enter")
        expect(card.locator("[data-problem]")).to_contain_text("The author changed this comment")
    expect(card.locator(".changes")).to_contain_text("and named")
    expect(card.locator("textarea")).to_have_value("Please name your source.")
    card.locator("button[value=revise]").click()
    expect(card).to_contain_text("Changes requested from the author. By Mo")
    assert count(Status.REVISION) == 1


def test_two_presses_are_one_decision(visit, wait_for):
    first, second = wait_for(2)
    mo = visit(DESK, who="mo")
    mo.locator(f"#card-{first} [data-review] button[value=approve]").dblclick()
    expect(mo.locator(f"#card-{first}")).to_contain_text("Comment published. By Mo")
    expect(mo.locator(f"#card-{second} [data-review]")).to_have_count(1)
    assert count(Status.PUBLISHED) == 1


def test_colleagues_see_each_other_and_what_is_new(visit, wait_for):
    first, second = wait_for(2)
    mo, olga = visit(DESK, who="mo"), visit(DESK, who="olga")
    mo.clock.install()
    mo.reload()
    olga.locator(f"#card-{first}").focus()
    expect(mo.locator(f"#card-{first} [data-claim-text]")).to_have_text("Olga is reviewing this.", timeout=8000)
    mo.locator(f"#card-{first} [data-review] button[value=approve]").click()
    expect(mo.locator(f"#card-{first} [data-problem]")).to_contain_text("Another moderator is reviewing this comment")
    mo.locator(f"#card-{first} [data-take-over] button").click()
    expect(mo.locator(f"#card-{first} [data-claim-text]")).to_be_hidden()
    mo.locator(f"#card-{first} [data-review] button[value=approve]").click()
    expect(olga.locator(f"#card-{first}")).to_contain_text("Comment published. By Mo", timeout=8000)
    expect(olga.locator(f"#card-{second}:not([data-decided])")).to_have_count(1)
    expect(olga.locator("[data-desk-count]")).to_have_text("1 comment to review")
    wait_for(1)  # in another process: no hint comes, and the desk looks by itself after half a minute
    mo.clock.fast_forward(31_000)
    expect(mo.locator("[data-desk-new] button")).to_have_text("1 new")


def test_what_comes_back_takes_the_place_of_its_greyed_card(visit, wait_for):
    first, _second = wait_for(2)
    mo, ben = visit(DESK, who="mo"), visit("/", who="ben")
    mo.keyboard.press("j")
    mo.keyboard.press("e")
    mo.keyboard.type("Please mind the tone.")
    mo.keyboard.press("Control+Enter")
    expect(mo.locator(f"#card-{first}[data-decided]")).to_have_count(1)
    expect(mo.locator("[data-tab=desk]")).to_have_text("1")
    sends(ben, f"/comments/{first}/edit/", "Held, and mended.")
    expect(mo.locator("[data-desk-new] button")).to_have_text("1 new")
    expect(mo.locator("[data-tab=desk]")).to_have_text("2")
    mo.click("[data-desk-new] button")
    expect(mo.locator(f"#card-{first}")).to_have_count(1)
    expect(mo.locator(f"#card-{first}:not([data-decided])")).to_be_focused()
    expect(mo.locator("[data-desk-new]")).to_be_hidden()


def test_flagged_comments_are_walked_through_by_keyboard(visit, thread, cast):
    remarks = [aside(reply_to, thread.opening, cast.ben, f"Fools {n}.") for n in range(2)]
    for remark in remarks:
        facts = {"by": cast.ada, "kind": FlagKind.ATTACK, "note": "", "now": timezone.now()}
        aside(partial(flag_comment, remark, **facts))
    mo = visit("/baku/moderation/flags/", who="mo")
    expect(mo.locator("[data-tab=flags]")).to_have_text("2")
    mo.keyboard.press("j")
    mo.keyboard.press("j")
    expect(mo.locator(f"#card-{remarks[1].pk}")).to_be_focused()
    mo.keyboard.press("a")
    mo.wait_for_url(f"**/comments/{remarks[1].pk}/keep/")
    mo.click("main form button[type=submit]")
    expect(mo.locator("[data-tab=flags]")).to_have_text("1")


def test_the_author_reads_the_decision_without_reloading(visit, wait_for, thread):
    (held,) = wait_for(1)
    ben = visit(f"/threads/{thread.pk}/", who="ben")
    expect(ben.locator(f"#comment-{held}")).to_contain_text("Awaiting review")
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("e")
    mo.keyboard.type("Please name your source.")
    mo.keyboard.press("Control+Enter")
    expect(ben.locator(f"#comment-{held}")).to_contain_text("Please name your source.", timeout=8000)


def test_the_same_desk_without_scripts(visit, wait_for):
    first, second = wait_for(2)
    mo = visit(DESK, who="mo", java_script_enabled=False)
    mo.click(f"#card-{first} [data-review] button[value=approve]")
    expect(mo.locator(".notice:visible")).to_contain_text("Comment published. By Mo")
    mo.click(f"#card-{second} .why summary")
    mo.click(f"#card-{second} button[value=reject]")
    expect(mo.locator(".error-text").first).to_have_text("Please give a reason. The author can read it.")
    mo.fill(f"#card-{second} textarea", "Twice the same.")
    mo.click(f"#card-{second} button[value=reject]")
    expect(mo.locator(".notice:visible")).to_contain_text("Comment rejected. By Mo")
    mo.click(".notice button")
    expect(mo.locator(f"#card-{second}")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_cards_have_no_barrier(visit, wait_for, width, scheme):
    first, _ = wait_for(2)
    viewport = {"width": width, "height": 800}
    mo = visit(DESK, who="mo", viewport=viewport, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    mo.locator(f"#card-{first}").focus()
    mo.keyboard.press("r")
    expect(mo.locator(f"#card-{first} textarea")).to_be_focused()
    assert barriers(mo) == []
    mo.goto(f"/comments/{first}/decide/")
    assert barriers(mo) == []
