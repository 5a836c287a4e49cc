"""Deciding by keyboard: what is published is what was typed and chosen, and nothing that a key picked by chance."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from forum.dialogue.actions.comments import edit_comment
from forum.kernel.choices import Status
from forum.models import Article, Comment, LogEntry, Phrase
from tests.browser.conftest import aside
from tests.browser.test_desk import DESK, count, wait_for
from tests.factories import reply_to, whole
from tests.support.page_figures import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["wait_for"]

ARTICLES = ["Be civil", "Nothing unlawful", "Stay on the theme"]
OWN = "No sources given"


@pytest.fixture
def code(event):
    """A code of conduct whose articles begin with the letters that people type, and a ready sentence."""

    def write() -> list[Article]:
        Phrase.objects.create(event=event, language="en", title="Sources", text="Name them, please.")
        facts = enumerate(ARTICLES, start=1)
        return [Article.objects.create(event=event, position=place, title=title) for place, title in facts]

    return aside(write)


def reason_of(pk: int) -> tuple[str, str]:
    """What everybody reads of a decision."""

    def read() -> tuple[str, str]:
        entry = LogEntry.objects.select_related("article").get(comment=pk)
        return entry.reason, entry.article.title if entry.article else ""

    return aside(read)


def test_the_reason_that_is_published_is_the_one_that_was_typed(visit, code, wait_for):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("r")
    expect(mo.get_by_label("Your explanation").first).to_be_focused()
    mo.keyboard.type(OWN)
    mo.keyboard.press("Control+Enter")
    expect(mo.locator(f"#card-{held}[data-decided]")).to_have_count(1)
    assert reason_of(held) == (OWN, "")
    assert count(Status.REJECTED) == 1


def test_a_number_chooses_an_article_in_sight(visit, code, wait_for):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("1")
    card = mo.locator(f"#card-{held}")
    expect(card.get_by_label("Be civil")).to_be_checked()
    expect(card.get_by_label("Be civil")).to_be_visible()
    mo.keyboard.press("0")
    expect(card.get_by_label("No rule")).to_be_checked()
    mo.keyboard.press("3")
    mo.keyboard.press("r")
    mo.keyboard.type("2 sources")  # in a text field a digit is a digit
    mo.keyboard.press("Control+Enter")
    expect(mo.locator(f"#card-{held}[data-decided]")).to_have_count(1)
    assert reason_of(held) == ("Stay on the theme: 2 sources", "Stay on the theme")


def test_a_chosen_article_stays_while_the_author_edits(visit, code, wait_for, cast):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("2")
    aside(lambda: edit_comment(whole(held), source="Held, and named.", now=timezone.now(), by=cast.ben))
    mo.evaluate("document.dispatchEvent(new Event('desk:hint'))")
    mo.locator(f"#card-{held} [data-load]").click()
    expect(mo.locator(f"#card-{held}")).to_contain_text("and named")
    expect(mo.locator(f"#card-{held}").get_by_label("Nothing unlawful")).to_be_checked()


def test_a_card_that_is_opened_shows_the_lists_of_the_page(visit, code, wait_for):
    first, second = wait_for(2)
    mo = visit(DESK, who="mo")
    card = mo.locator(f"#card-{first}")
    card.locator("summary", has_text="Reject or ask for changes").click()
    card.get_by_label("Be civil").check()
    card.get_by_label("Sources").check()
    card.get_by_role("button", name="Reject").click()
    expect(mo.locator(f"#card-{first}[data-decided]")).to_have_count(1)
    assert reason_of(first) == ("Be civil: Name them, please.", "Be civil")
    expect(mo.locator(f"#card-{second}").get_by_label("Be civil")).to_have_count(0)
    mo.locator(f"#card-{second} summary", has_text="Reject or ask for changes").click()
    expect(mo.locator(f"#card-{second}").get_by_label("No rule")).to_be_checked()


def test_keys_work_wherever_nothing_is_typed(visit, code, wait_for):
    first, second = wait_for(2)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("r")
    card = mo.locator(f"#card-{first}")
    card.get_by_label("Nothing unlawful").focus()
    mo.keyboard.press("j")
    expect(mo.locator(f"#card-{second}")).to_be_focused()
    mo.keyboard.press("k")
    card.locator("summary", has_text="Reject or ask for changes").focus()
    mo.keyboard.press("a")
    expect(mo.locator(f"#card-{first}")).to_contain_text("Comment published. By Mo")
    mo.keyboard.press("u")
    expect(mo.locator(f"#card-{first} [data-review]")).to_have_count(1)


def test_no_key_decides_what_is_out_of_sight_or_elsewhere(visit, code, wait_for):
    wait_for(3)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.press("?")
    expect(mo.locator("#desk-keys")).to_be_visible()
    mo.keyboard.press("a")
    mo.keyboard.press("?")
    expect(mo.locator("#desk-keys")).to_be_hidden()
    mo.keyboard.press("x")
    mo.keyboard.press("r")
    mo.click("#bulk summary")
    mo.locator("#bulk textarea").fill("For all of them.")
    mo.locator("#bulk textarea").press("Control+Enter")
    mo.wait_for_timeout(300)
    assert count(Status.HELD) == 3


def test_a_key_held_down_decides_once(visit, code, wait_for):
    wait_for(3)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    mo.keyboard.down("a")
    for _ in range(4):
        mo.wait_for_timeout(150)
        mo.keyboard.down("a")  # as a keyboard repeats it
    mo.keyboard.up("a")
    expect(mo.locator(".card[data-decided]")).to_have_count(1)
    assert count(Status.HELD) == 2


def chosen(page: Page, pk: int, kind: str) -> None:
    """Removes a comment with the letters of an article typed wherever the form begins."""
    page.goto(f"/comments/{pk}/{kind}/")
    expect(page.locator("main form select")).to_have_count(0)
    page.locator("main form :is(input, select, textarea):visible").first.focus()
    page.keyboard.type("N")
    expect(page.get_by_label("No rule")).to_be_checked()


@pytest.mark.parametrize("kind", ["remove", "off-topic", "redact"])
def test_letters_pick_nothing_on_any_page_where_moderators_decide(visit, code, thread, cast, kind):
    remark = aside(reply_to, thread.opening, cast.ben, "Fools.")
    mo = visit("/baku/", who="mo")
    chosen(mo, remark.pk, kind)


def test_an_article_is_chosen_without_scripts(visit, code, thread, cast):
    remark = aside(reply_to, thread.opening, cast.ben, "Fools.")
    mo = visit(f"/comments/{remark.pk}/remove/", who="mo", java_script_enabled=False)
    mo.get_by_label("Be civil").check()
    mo.click("main form button[type=submit]")
    assert reason_of(remark.pk) == ("Be civil", "Be civil")
    assert aside(lambda: Comment.objects.get(pk=remark.pk).status) == Status.REMOVED


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_articles_to_choose_from_have_no_barrier(visit, code, wait_for, width, scheme):
    (held,) = wait_for(1)
    facts = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "bypass_csp": True}
    mo = visit(DESK, who="mo", reduced_motion="reduce", **facts)
    mo.locator(f"#card-{held}").focus()
    mo.keyboard.press("2")
    mo.keyboard.press("r")
    assert barriers(mo) == []
