"""A file on its way and the words it belongs to are one thing: they go together, or neither goes."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from forum.models import Attachment, Comment, Draft
from tests.browser.conftest import aside
from tests.browser.test_composer import AREA, STATE, WORDS, open_box, wait_for
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEND = "#comments .reply-box .buttons button[type=submit]:not([name])"
ALT = "#comments .files-field li input[type=text]"
LINES = "#comments .files-field li"
FILES = "**/themes/*/files/"


class Gate:
    """Holds back every request to an address until it is opened; or answers or ends them in its own way."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[Route] = []
        page.route(address, lambda route: self.held.append(route))

    def wait(self, page: Page, many: int = 1) -> None:
        for _ in range(60):
            if len(self.held) >= many:
                return
            page.wait_for_timeout(50)
        raise AssertionError("nothing was sent")

    def open(self) -> None:
        while self.held:
            self.held.pop(0).continue_()

    def lose(self) -> None:
        while self.held:
            self.held.pop(0).abort()


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "pic.png"
    Image.new("RGB", (80, 60), (20, 90, 90)).save(path)
    return path


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_text("%PDF-1.4\n%%EOF\n")
    return path


@pytest.fixture
def box(visit, thread, say):
    """Ben's box with words in it."""
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment).fill(WORDS)
    page.click("#comments .add-file summary")
    page.comment = comment
    return page


def choose(page: Page, *paths) -> None:
    page.locator("#comments [data-file-input]").set_input_files(list(paths))


def written() -> int:
    return aside(Comment.objects.filter(version__source=WORDS).count)


def test_sending_waits_for_a_picture_and_goes_by_itself(box, picture):
    gate = Gate(box, FILES)
    choose(box, picture)
    expect(box.locator(STATE)).to_have_text("Adding pic.png…")
    expect(box.locator(ALT)).to_be_focused()
    box.locator(ALT).fill("A harbour")
    box.click(SEND)
    expect(box.locator(STATE)).to_have_text("Sending after pic.png is uploaded…")
    box.wait_for_timeout(2500)  # longer than a draft rests
    expect(box.locator(STATE)).to_have_text("Sending after pic.png is uploaded…")
    assert written() == 0
    gate.open()
    comment = box.locator(".comment", has_text=WORDS)
    expect(comment.locator("img[alt='A harbour']")).to_have_js_property("naturalWidth", 80)
    assert written() == 1


def test_the_keys_that_send_wait_too(box, document):
    gate = Gate(box, FILES)
    choose(box, document)
    box.locator(AREA).press("Control+Enter")
    expect(box.locator(STATE)).to_have_text("Sending after report.pdf is uploaded…")
    box.locator(AREA).press("Control+Enter")
    gate.wait(box)
    gate.open()
    expect(box.locator(".comment", has_text=WORDS).locator(".document")).to_have_text("report.pdf")
    assert written() == 1


def test_the_line_tells_of_the_file_and_not_of_the_draft(box, picture):
    gate = Gate(box, FILES)
    choose(box, picture)
    box.locator(ALT).fill("A harbour")
    with box.expect_response("**/drafts/reply/**"):
        pass
    box.wait_for_timeout(300)
    expect(box.locator(STATE)).to_have_text("Adding pic.png…")
    gate.open()
    expect(box.locator(".attached img")).to_be_visible()
    expect(box.locator(ALT)).to_have_value("A harbour")
    expect(box.locator(STATE)).to_contain_text("Draft saved", timeout=5000)


@pytest.mark.parametrize("how", ["refused", "lost"])
def test_a_file_that_does_not_arrive_keeps_the_words_from_going(box, tmp_path, document, how):
    wrong = tmp_path / "picture.pdf"
    wrong.write_text("no document")
    gate = Gate(box, FILES)
    choose(box, wrong if how == "refused" else document)
    box.click(SEND)
    expect(box.locator(STATE)).to_contain_text("Sending after")
    gate.wait(box)
    _ = gate.open() if how == "refused" else gate.lose()
    expect(box.locator(STATE)).to_contain_text("Not sent yet.")
    expect(box.locator(STATE)).to_contain_text("Only pictures" if how == "refused" else "could not be added")
    expect(box.locator(AREA)).to_have_value(WORDS)
    assert written() == 0
    box.click(SEND)
    expect(box.locator(".comment", has_text=WORDS)).to_have_count(1)


def test_escape_takes_the_sending_back_and_not_the_file(box, document):
    gate = Gate(box, FILES)
    choose(box, document)
    box.locator(AREA).press("Control+Enter")
    expect(box.locator(STATE)).to_contain_text("Sending after")
    box.locator(AREA).press("Escape")
    expect(box.locator(STATE)).to_have_text("Adding report.pdf…")
    gate.wait(box)
    gate.open()
    expect(box.locator(".attached")).to_contain_text("report.pdf")
    assert written() == 0
    box.click(SEND)
    expect(box.locator(".comment", has_text=WORDS).locator(".document")).to_have_text("report.pdf")
    assert written() == 1


def test_a_file_on_its_way_can_be_removed_and_nothing_goes_by_itself(box, document):
    gate = Gate(box, FILES)
    choose(box, document)
    box.click(SEND)
    gate.wait(box)
    box.click(f"{LINES} button")
    expect(box.locator(LINES)).to_have_count(0)
    expect(box.locator(STATE)).to_have_text("Not sent yet.")
    expect(box.locator(AREA)).to_be_focused()
    with box.expect_response("**/files/*/drop/"):
        gate.open()
    expect(box.locator(LINES)).to_have_count(0)
    assert (written(), aside(Attachment.objects.count)) == (0, 0)


def test_several_files_go_one_after_the_other_with_the_words(box, picture, document):
    gate = Gate(box, FILES)
    choose(box, picture)
    box.locator(ALT).fill("A harbour")
    choose(box, document)
    expect(box.locator(LINES)).to_have_count(2)
    box.click(SEND)
    expect(box.locator(STATE)).to_have_text("Sending after 2 files are uploaded…")
    gate.wait(box)
    gate.open()
    expect(box.locator(STATE)).to_have_text("Sending after report.pdf is uploaded…")
    gate.wait(box)
    assert written() == 0
    gate.open()
    comment = box.locator(".comment", has_text=WORDS)
    expect(comment.locator("img[alt='A harbour']")).to_have_count(1)
    expect(comment.locator(".document")).to_have_text("report.pdf")


def test_a_picture_chosen_while_sending_waits_is_described_first(box, picture, document):
    gate = Gate(box, FILES)
    choose(box, document)
    box.click(SEND)
    expect(box.locator(STATE)).to_contain_text("Sending after")
    choose(box, picture)
    gate.wait(box)
    gate.open()
    gate.wait(box)
    gate.open()
    expect(box.locator(".attached img")).to_be_visible()
    expect(box.locator(ALT)).to_be_focused()
    assert written() == 0
    box.locator(ALT).fill("A harbour")
    box.click(SEND)
    expect(box.locator(".comment", has_text=WORDS).locator("img[alt='A harbour']")).to_have_count(1)


def test_what_is_chosen_or_typed_while_the_words_go_is_not_lost_unseen(box, document):
    gate = Gate(box, "**/reply/")
    box.click(SEND)
    gate.wait(box)
    expect(box.locator("#comments [data-file-input]")).to_be_disabled()
    expect(box.locator(AREA)).to_have_attribute("readonly", "")
    box.evaluate(
        """(area) => {
            const carried = new DataTransfer();
            carried.items.add(new File(["%PDF-1.4\\n%%EOF\\n"], "late.pdf", { type: "application/pdf" }));
            document.querySelector(area).dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
        }""",
        AREA,
    )
    expect(box.locator(LINES)).to_have_count(0)
    gate.lose()
    expect(box.locator(STATE)).to_contain_text("No connection")
    expect(box.locator(AREA)).to_be_editable()
    assert aside(Attachment.objects.count) == 0


def test_closing_the_box_ends_the_upload_and_the_next_box_is_empty(box, picture):
    gate = Gate(box, FILES)
    choose(box, picture)
    gate.wait(box)
    box.click("#comments [data-cancel]")
    open_box(box, box.comment)
    with box.expect_response("**/files/*/drop/"):
        gate.open()
    expect(box.locator(LINES)).to_have_count(0)
    expect(box.locator(AREA)).to_have_value(WORDS)
    assert aside(Attachment.objects.count) == 0


def test_a_picture_on_its_way_keeps_its_box_open(visit, thread, say, picture):
    comment = say("ada", "To be answered.", to=thread.opening)
    page = visit(f"/threads/{thread.pk}/", who="ben")
    open_box(page, comment)
    page.click("#comments .add-file summary")
    gate = Gate(page, FILES)
    choose(page, picture)
    gate.wait(page)
    page.click(f"#comment-{comment.pk} a[data-reply]")
    gate.open()
    expect(page.locator(".attached img")).to_be_visible()


def test_a_draft_that_arrives_after_its_comment_is_none(box, thread):
    gate = Gate(box, "**/drafts/reply/**")
    box.locator(AREA).press("End")
    box.locator(AREA).type("!")
    gate.wait(box)
    box.click(SEND)
    expect(box.locator(".comment", has_text=f"{WORDS}!")).to_have_count(1)
    gate.open()
    box.wait_for_timeout(500)
    assert aside(Draft.objects.count) == 0
    expect(open_box(box, box.comment)).to_have_value("")


def test_a_slow_save_is_no_other_window(box):
    gate = Gate(box, "**/drafts/reply/**")
    gate.wait(box)
    box.locator(AREA).press("End")
    box.locator(AREA).type(" More.")
    box.wait_for_timeout(2000)
    assert len(gate.held) == 1, "one save at a time"
    gate.open()
    gate.wait(box)
    gate.open()
    expect(box.locator(STATE)).to_contain_text("Draft saved", timeout=5000)
    wait_for(lambda: Draft.objects.filter(source=f"{WORDS} More.", version=2).exists(), box)


def test_a_file_joins_words_that_wait_for_a_line(box, document):
    gate = Gate(box, "**/reply/")
    box.click(SEND)
    gate.wait(box)
    gate.lose()
    expect(box.locator(STATE)).to_contain_text("No connection")
    choose(box, document)
    expect(box.locator("#comments .attached")).to_contain_text("report.pdf")
    expect(box.locator("#outbox")).to_be_hidden()
    box.unroute("**/reply/")
    box.click(SEND)
    expect(box.locator(".comment", has_text=WORDS).locator(".document")).to_have_text("report.pdf")
    assert written() == 1


def test_a_box_can_be_set_up_twice(visit, thread, say, document):
    comment = say("ada", "To be answered.", to=thread.opening)
    with running(DEBUG="on") as from_modules:  # bundles have no module that could be imported here
        box = visit(f"/threads/{thread.pk}/", who="ben", base_url=from_modules.url)
        open_box(box, comment).fill(WORDS)
        box.click("#comments .add-file summary")
        box.evaluate(
            """async () => {
                const form = document.querySelector("#comments form[data-compose]");
                const { begin } = await import("/static/js/composer/composer.js");
                const { offerFiles } = await import("/static/js/composer/attach.js");
                begin(form);
                offerFiles(form);
                delete form.dataset.begun;
                begin(form);
            }"""
        )
        choose(box, document)
        expect(box.locator("#comments .attached")).to_have_count(1)
        box.wait_for_timeout(300)
        assert aside(Attachment.objects.count) == 1
