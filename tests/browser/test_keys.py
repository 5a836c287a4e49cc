"""Keys: those of an input method are its own, single keys can be turned off, and they work on any keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Person
from forum.kernel.choices import Status
from tests.browser.conftest import aside
from tests.browser.test_composer import AREA, open_box
from tests.browser.test_desk import DESK, count, wait_for
from tests.support.page_figures import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["wait_for"]

HERE = ".comment.is-here"
SWITCH = "Single-key shortcuts"
NAMES = "#comments [role=listbox]"


def compose(page: Page, text: str) -> None:
    """Begins a composition as an input method does; what it shows is not typed yet."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def press_in_composition(page: Page, selector: str, key: str, **held: bool) -> bool:
    """A key of the input method, as browsers tell pages of it; says whether the page took it for itself."""
    script = """(element, [key, held]) => !element.dispatchEvent(new KeyboardEvent("keydown", {
        key, keyCode: 229, isComposing: true, bubbles: true, cancelable: true, ...held}))"""
    return bool(page.locator(selector).evaluate(script, [key, held]))


@pytest.fixture
def box(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment)
    return page


def test_enter_that_ends_a_composition_picks_nobody_and_sends_nothing(box, thread):
    box.locator(AREA).press_sequentially("@A")
    expect(box.locator(NAMES)).to_be_visible()
    for key in ("Enter", "Tab", "ArrowDown", "Escape"):
        assert not press_in_composition(box, AREA, key), key
    expect(box.locator(AREA)).to_have_value("@A")
    expect(box.locator(NAMES)).to_be_visible()
    assert not press_in_composition(box, AREA, "Enter", ctrlKey=True)
    box.wait_for_timeout(300)
    assert aside(thread.comments.count) == 2
    box.locator(AREA).press("Enter")  # of the person again
    expect(box.locator(AREA)).not_to_have_value("@A")


def test_words_of_an_input_method_arrive_whole(box):
    box.locator(AREA).press_sequentially("@A")
    expect(box.locator(NAMES)).to_be_visible()
    compose(box, "にほん")
    assert not press_in_composition(box, AREA, "Enter")
    box.context.new_cdp_session(box).send("Input.insertText", {"text": "日本"})
    expect(box.locator(AREA)).to_have_value("@A日本")


def test_a_composition_decides_nothing_at_the_desk(visit, wait_for):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    mo.keyboard.press("j")
    assert not press_in_composition(mo, f"#card-{held}", "a")
    mo.keyboard.press("r")
    mo.keyboard.type("No sources given")
    assert not press_in_composition(mo, f"#card-{held} details.why textarea", "Enter", ctrlKey=True)
    assert not press_in_composition(mo, f"#card-{held} details.why textarea", "Escape")
    mo.wait_for_timeout(300)
    assert count(Status.HELD) == 1


@pytest.fixture
def replies(thread, say):
    return [say("ada", f"Point {n}.", to=thread.opening) for n in range(3)]


def press(page: Page, key: str, code: str, **held: bool) -> None:
    """A key as a keyboard of another kind makes it."""
    script = """([key, code, {AltGraph = false, ...held}]) => document.body.dispatchEvent(new KeyboardEvent("keydown", {
        key, code, bubbles: true, cancelable: true, modifierAltGraph: AltGraph, ...held}))"""
    page.evaluate(script, [key, code, held])


@pytest.mark.parametrize(
    ("key", "code", "held"),
    [
        ("т", "KeyN", {}),
        ("ν", "KeyN", {}),
        ("ى", "KeyN", {}),
        ("]", "Digit9", {"ctrlKey": True, "altKey": True, "AltGraph": True}),
        ("ъ", "BracketRight", {}),
    ],
)
def test_keys_walk_a_thread_on_any_keyboard(visit, thread, replies, key, code, held):
    page = visit(f"/threads/{thread.pk}/", who="ben")
    page.keyboard.press("n")
    expect(page.locator(HERE)).to_have_attribute("id", f"comment-{replies[0].pk}")
    press(page, key, code, **held)
    expect(page.locator(HERE)).to_have_attribute("id", f"comment-{replies[1].pk}")


def test_keys_with_ctrl_alt_or_meta_are_not_ours(visit, thread, replies):
    page = visit(f"/threads/{thread.pk}/", who="ben")
    for held in ("ctrlKey", "altKey", "metaKey", "shiftKey"):
        press(page, "т", "KeyN", **{held: True})
        press(page, "n", "KeyN", **{held: True})
    expect(page.locator(HERE)).to_have_count(0)


def opened(page: Page):
    page.get_by_role("button", name="Keyboard shortcuts").click()
    return page.locator("dialog[open]")


def test_single_keys_are_turned_off_for_the_account_on_every_page(visit, thread, replies, wait_for):
    (held,) = wait_for(1)
    mo = visit(DESK, who="mo")
    dialog = opened(mo)
    expect(dialog.get_by_text("publish and trust author")).to_be_visible()
    with mo.expect_response("**/accounts/single-keys/"):
        dialog.get_by_label(SWITCH).uncheck()
    expect(dialog.get_by_text("Single-key shortcuts are off.")).to_be_visible()
    expect(dialog.get_by_text("publish and trust author")).to_be_hidden()
    dialog.get_by_role("button", name="Close").click()
    mo.locator(f"#card-{held}").focus()
    for key in "ajkrtexu0123?":
        mo.keyboard.press(key)
    mo.wait_for_timeout(300)
    assert count(Status.HELD) == 1
    expect(mo.locator("dialog[open], details.why[open], :checked[name=pick]")).to_have_count(0)
    mo.goto(f"/threads/{thread.pk}/")
    for key in "np[]u?":
        mo.keyboard.press(key)
    expect(mo.locator(f"dialog[open], {HERE}")).to_have_count(0)
    assert opened(mo).get_by_label(SWITCH).is_checked() is False
    with mo.expect_response("**/accounts/single-keys/"):
        mo.locator("dialog[open]").get_by_label(SWITCH).check()
    mo.keyboard.press("?")
    mo.goto(DESK)
    mo.keyboard.press("j")
    mo.keyboard.press("a")
    expect(mo.locator(f"#card-{held}[data-decided]")).to_have_count(1)


def test_a_reader_without_an_account_turns_them_off_in_the_browser(visit, thread, replies):
    page = visit(f"/threads/{thread.pk}/")
    page.keyboard.press("u")
    page.keyboard.press("?")
    page.locator("dialog[open]").get_by_label(SWITCH).uncheck()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.reload()
    for key in "np[]u?":
        page.keyboard.press(key)
    expect(page.locator(f"dialog[open], {HERE}")).to_have_count(0)
    opened(page).get_by_label(SWITCH).check()
    page.reload()
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_they_are_off_at_once_even_if_that_cannot_be_saved(visit, thread, replies):
    page = visit(f"/threads/{thread.pk}/", who="ben")
    page.route("**/accounts/single-keys/", lambda route: route.abort())
    opened(page).get_by_label(SWITCH).uncheck()
    expect(page.locator("dialog[open]")).to_contain_text("could not be saved")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_preferences_turn_them_off_without_scripts(visit, cast):
    page = visit("/accounts/preferences/", who="ben", java_script_enabled=False)
    page.get_by_label(SWITCH).uncheck()
    page.locator("#keyboard").get_by_role("button", name="Save").click()
    expect(page.locator(".messages, .notice").first).to_contain_text("Single-key shortcuts are off.")
    expect(page.get_by_label(SWITCH)).not_to_be_checked()
    assert aside(lambda: Person.objects.get(pk=cast.ben.pk).single_keys) is False


@pytest.mark.parametrize("width", [360, 1280])
def test_the_switch_is_in_nobodys_way(visit, thread, replies, width):
    page = visit(f"/threads/{thread.pk}/", who="ben", viewport={"width": width, "height": 800})
    opened(page)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
