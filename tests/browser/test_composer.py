"""Writing in a real browser: nothing typed is lost, whatever happens between the first word and the sending."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.models import Attachment, Comment, Draft
from forum.moderation.actions.moderation import lock_thread, unlock_thread
from tests.browser.conftest import aside, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Half an hour of careful words."
AREA = "#comments .reply-box textarea[data-source]"
STATE = "#comments .reply-box [data-state-line]"


def open_box(page, comment):
    page.click(f"#comment-{comment.pk} a[data-reply]")
    page.wait_for_selector(f"{AREA}:visible")
    page.wait_for_selector("#comments form[data-begun]")
    return page.locator(AREA)


def wait_for(condition, page, tries=60):
    for _ in range(tries):
        if aside(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def test_a_draft_survives_a_reload_and_reaches_the_server(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.reload()
    expect(open_box(page, comment)).to_have_value(WORDS)
    page.locator(AREA).press("End")
    page.locator(AREA).type(" More.")
    expect(page.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
    wait_for(lambda: Draft.objects.filter(source=f"{WORDS} More.").exists(), page)


def test_a_draft_waits_on_another_device(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    desk = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(desk, comment).fill(WORDS)
    expect(desk.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
    phone = visit(f"/threads/{thread.pk}/", who="ben", viewport={"width": 360, "height": 700})
    expect(open_box(phone, comment)).to_have_value(WORDS)
    phone.locator(AREA).fill("Written on the phone.")
    expect(phone.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
    desk.locator(AREA).fill("Written at the desk.")
    expect(desk.locator(STATE)).to_contain_text("another window", timeout=5000)
    expect(desk.locator(AREA)).to_have_value("Written at the desk.")
    desk.get_by_role("button", name="Use that draft").click()
    expect(desk.locator(AREA)).to_have_value("Written on the phone.")


def test_closing_a_box_loses_nothing(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.click("#comments [data-cancel]")
    expect(page.locator(AREA)).to_have_count(0)
    expect(open_box(page, comment)).to_have_value(WORDS)


def test_without_a_line_the_reply_waits_and_goes_by_itself_once(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.context.set_offline(True)
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator(STATE)).to_contain_text("No connection")
    expect(page.locator("#outbox")).to_contain_text("Waiting to be sent: 1")
    expect(page.locator(AREA)).to_have_value(WORDS)
    page.context.set_offline(False)
    expect(page.locator(".comment", has_text=WORDS)).to_have_count(1, timeout=10_000)
    expect(page.locator(AREA)).to_have_count(0)
    expect(page.locator("#outbox")).to_be_hidden()
    assert aside(Comment.objects.filter(version__source=WORDS).count) == 1


def test_a_lost_answer_makes_no_second_comment(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)

    def lose_the_answer(route):
        route.fetch()  # it arrives, and is written
        route.abort()  # but the browser never hears of it

    page.route("**/reply/", lose_the_answer, times=1)
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator("#outbox")).to_be_hidden(timeout=15_000)
    expect(page.locator(".comment", has_text=WORDS)).to_have_count(1)
    assert aside(Comment.objects.filter(version__source=WORDS).count) == 1


def test_what_waits_is_sent_from_another_page_after_a_crash(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.route("**/reply/", lambda route: route.abort())
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator(STATE)).to_contain_text("No connection")
    page.unroute("**/reply/")
    page.goto(f"/{thread.theme.event.slug}/")
    expect(page.locator("#outbox")).to_contain_text("has been sent", timeout=10_000)
    page.click("#outbox a")
    expect(page.locator(".comment", has_text=WORDS)).to_have_count(1)


def test_a_lock_while_writing_gives_the_words_back_and_keeps_them(visit, thread, say, cast):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    aside(lambda: lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now()))
    expect(page.locator(".notice.locked")).to_be_visible(timeout=12_000)
    expect(page.locator(AREA)).to_have_value(WORDS)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator("#comments .reply-box textarea[readonly]")).to_have_value(WORDS)
    wait_for(lambda: Draft.objects.filter(source=WORDS).exists(), page)
    aside(lambda: unlock_thread(thread, by=cast.mo, reason="", now=timezone.now()))
    page.goto(f"/comments/{comment.pk}/reply/")
    expect(page.locator(AREA)).to_have_value(WORDS)


def test_words_are_back_after_the_session_ended_and_login(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.context.clear_cookies(name="sessionid")
    with page.expect_response(lambda answer: answer.request.method == "POST"):  # it sets a cookie, too
        page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator("#comments .reply-box textarea")).to_have_value(WORDS)
    expect(page.get_by_role("button", name="Log in to send")).to_be_visible()
    log_in(page, "ben")
    page.goto(f"/comments/{comment.pk}/reply/")
    expect(page.locator(AREA)).to_have_value(WORDS)


def test_fifty_live_changes_touch_nothing_that_is_being_written(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    area = open_box(page, comment)
    area.fill(WORDS)
    area.evaluate("area => area.setSelectionRange(5, 8)")
    handle = area.element_handle()
    top = area.bounding_box()["y"]
    for n in range(25):
        before = say("ada", f"Before {n}", to=thread.opening)
        aside(lambda before=before: edit_comment(before, by=before.author, source="Changed.", now=timezone.now()))
    expect(page.locator(".comment", has_text="Changed.")).to_have_count(25, timeout=15_000)
    facts = "a => [a.isConnected, a.value, a.selectionStart, a.selectionEnd, document.activeElement === a]"
    assert handle.evaluate(facts) == [True, WORDS, 5, 8, True]
    assert abs(area.bounding_box()["y"] - top) <= 1


def test_an_edit_and_a_withdrawal_of_the_answered_comment_are_told_at_once(visit, thread, say, cast):
    comment = say("ada", "First words.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    aside(lambda: edit_comment(comment, by=cast.ada, source="Other words.", now=timezone.now()))
    expect(page.locator("[data-target-notice=edited]")).to_be_visible(timeout=12_000)
    aside(lambda: withdraw_comment(comment, by=cast.ada, now=timezone.now()))
    expect(page.locator("[data-target-notice=gone]")).to_be_visible(timeout=12_000)
    expect(page.locator(AREA)).to_have_value(WORDS)


def test_preview_toolbar_and_keyboard_sending(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    area = open_box(page, comment)
    area.fill("strong")
    area.select_text()
    page.click("#comments [data-md-button=bold]")
    expect(area).to_have_value("**strong**")
    page.click("#comments [data-preview-button]")
    expect(page.locator("#comments [data-preview] strong")).to_have_text("strong")
    page.click("#comments [data-preview-button]")
    expect(page.locator("#comments [data-preview]")).to_be_hidden()
    area.press("Control+Enter")
    expect(page.locator("#comments .comment-body strong")).to_have_text("strong")


def test_selected_words_are_quoted_with_their_author_and_a_link(visit, thread, say):
    comment = say("ada", "Some words. The words that matter.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    page.evaluate(
        """id => { const text = document.querySelector(`#comment-${id} .comment-body p`).firstChild;
                   getSelection().setBaseAndExtent(text, 12, text, 34); }""",
        comment.pk,
    )
    page.click("#quote")
    label = page.locator(f"#comment-{comment.pk} .number").inner_text().strip()
    expect(page.locator(AREA)).to_have_value(f"> Ada, {label}:\n>\n> The words that matter.\n\n")
    page.locator(AREA).type("Indeed.")
    page.click("#comments .reply-box button[type=submit]:not([name])")
    quote = page.locator(".comment-body blockquote")
    expect(quote).to_contain_text("The words that matter.")
    expect(quote.locator("a")).to_have_text(f"Ada, {label}")
    expect(quote.locator("a")).to_have_attribute("href", f"/comments/{comment.pk}/")


def test_the_count_appears_only_near_the_limit_and_cuts_nothing(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    area = open_box(page, comment)
    left = page.locator("#comments [data-left]")
    area.fill("x" * 18_000)
    expect(left).to_be_hidden()
    area.fill("x" * 19_990)
    expect(left).to_have_text("10 characters left")
    area.fill("x" * 20_005)
    expect(left).to_have_text("5 characters over the limit")
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator("#comments .error-text")).to_contain_text("at most 20000")
    assert len(page.locator(AREA).input_value()) == 20_005


def test_everything_works_without_scripts(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben", java_script_enabled=False)
    page.click(f"#comment-{comment.pk} a[data-reply]")
    page.fill(AREA, WORDS)
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("#comments [data-preview]")).to_contain_text(WORDS)
    page.locator("#comments").get_by_role("button", name="Save draft").click()
    expect(page.locator(STATE)).to_contain_text("Draft saved")
    page.goto("/drafts/")
    page.click(".drafts h2 a")
    expect(page.locator(AREA)).to_have_value(WORDS)
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator(".comment", has_text=WORDS)).to_have_count(1)


def test_a_name_is_completed_by_keys_alone(visit, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben", viewport={"width": 360, "height": 700})
    area = open_box(page, comment)
    area.press_sequentially("Dear @ad")
    expect(page.locator("#comments [role=option]")).to_have_text(["Ada Civil society"])
    expect(area).to_have_attribute("aria-activedescendant", re.compile("names-"))
    area.press("Enter")
    expect(area).to_have_value("Dear @Ada ")
    expect(area).not_to_have_attribute("aria-activedescendant", re.compile("."))
    area.press_sequentially("and you, ")
    with page.expect_response("**/people/?q=ad"):
        area.press_sequentially("@ad")
    expect(page.locator("#comments [role=listbox]")).to_be_visible()
    area.press("Escape")
    area.press("Enter")
    assert area.input_value() == "Dear @Ada and you, @ad\n"
    page.click("#comments [data-preview-button]")
    expect(page.locator("#comments [data-preview] a.mention")).to_have_text("@Ada")
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator(".comment .comment-body a.mention")).to_have_text("@Ada")


@pytest.mark.parametrize(
    ("name", "before", "typed", "after", "put"),
    [
        ("王明", "我和", "@王", "", "我和@王明 "),
        ("Ann O_o *Star*", "See ", "@ann o", "", "See @Ann O_o \\*Star\\* "),
        ("Ada", "(", "@ad", " said)", "(@Ada said)"),
        ("Ada", "我说", "＠ad", "", "我说@Ada "),
    ],
)
def test_a_name_is_put_in_as_it_is_read(visit, thread, say, cast, name, before, typed, after, put):
    aside(lambda: type(cast.ada).objects.filter(pk=cast.ada.pk).update(name=name))
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    area = open_box(page, comment)
    area.fill(before + after)
    area.evaluate("(area, at) => area.setSelectionRange(at, at)", len(before))
    area.press_sequentially(typed)
    page.locator("#comments [role=option]").click()
    expect(area).to_have_value(put)
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator(".comment-body a.mention")).to_have_text(f"@{name}")


def test_of_two_with_one_name_the_list_puts_in_a_link(visit, thread, say, cast):
    aside(lambda: type(cast.ada).objects.filter(pk=cast.mo.pk).update(name="Ada", organisation="Harbour Board"))
    say("mo", "I am here, too.", to=thread.opening)
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    area = open_box(page, comment)
    area.press_sequentially("@ada")
    expect(page.locator("#comments [role=option]", has_text="Harbour Board")).to_have_count(1)
    expect(page.locator("#comments [role=option]")).to_have_count(2)
    page.locator(f"#comments [role=option][data-person='{cast.mo.pk}']").click()
    expect(area).to_have_value(f"[@Ada](/people/{cast.mo.pk}/) ")


def test_a_mention_and_a_quotation_need_no_scripts(visit, thread, say):
    comment = say("ada", "Words to quote.", to=thread.opening)
    page = visit(f"/comments/{comment.pk}/reply/?quote", who="ben", java_script_enabled=False)
    area = page.locator(AREA)
    label = page.locator(f"#comment-{comment.pk} .number").first.inner_text().strip()
    expect(area).to_have_value(f"> Ada, {label}:\n>\n> Words to quote.\n\n")
    area.fill(f"{area.input_value()}I agree, @Ada")
    page.get_by_role("button", name="Preview").first.click()
    preview = page.locator("#comments [data-preview]")
    expect(preview.locator("a.mention")).to_have_text("@Ada")
    expect(preview.locator("blockquote a")).to_have_text(f"Ada, {label}")
    page.click("#comments .reply-box button[type=submit]:not([name])")
    expect(page.locator(".comment-body a.mention")).to_have_text("@Ada")


def test_files_are_added_by_choosing_and_pasting_and_go_with_the_words(visit, thread, say, tmp_path):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.click("#comments .add-file summary")
    picture = tmp_path / "harbour.png"
    Image.new("RGB", (80, 60), (20, 90, 90)).save(picture)
    page.locator("#comments [data-file-input]").set_input_files(picture)
    alt = page.locator("#comments .attached input[type=text]")
    expect(alt).to_be_focused()
    alt.fill("Ships in a harbour")
    expect(page.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
    page.reload()
    open_box(page, comment)
    expect(alt).to_have_value("Ships in a harbour")
    page.evaluate(
        """(area) => {
            const carried = new DataTransfer();
            carried.items.add(new File(["%PDF-1.4\\n%%EOF\\n"], "report.pdf", { type: "application/pdf" }));
            document.querySelector(area).dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
        }""",
        AREA,
    )
    expect(page.locator("#comments .attached")).to_have_count(2)
    alt.press("Enter")  # sends, as in any form, and takes nothing out
    written = page.locator(".comment", has_text=WORDS)
    expect(written.locator("img[alt='Ships in a harbour']")).to_have_js_property("naturalWidth", 80)
    expect(written.locator(".document")).to_have_text("report.pdf")
    open_box(page, comment)
    expect(page.locator("#comments .attached")).to_have_count(0)


def test_a_file_can_be_taken_out_again_and_a_refused_one_costs_no_word(visit, thread, say, tmp_path):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.click("#comments .add-file summary")
    wrong = tmp_path / "picture.jpg"
    wrong.write_text("no picture")
    page.locator("#comments [data-file-input]").set_input_files(wrong)
    expect(page.locator(STATE)).to_contain_text("Only pictures")
    expect(page.locator(AREA)).to_have_value(WORDS)
    document = tmp_path / "report.pdf"
    document.write_text("%PDF-1.4\n%%EOF\n")
    page.locator("#comments [data-file-input]").set_input_files(document)
    page.click("#comments [data-file] button")  # once it has arrived: a press in that very moment would be lost
    expect(page.locator("#comments .attached")).to_have_count(0, timeout=15_000)
    wait_for(lambda: not Attachment.objects.exists(), page)
    expect(page.locator(AREA)).to_have_value(WORDS)
