"""On a phone: a moderator's first decision, and an appeal from its email to the author's notification and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from forum.kernel.choices import RoleKind, Status
from forum.mail.sending import send_due_mail
from forum.models import Comment, Event, Role
from tests.browser.conftest import aside
from tests.factories import make_person, reply_to, whole

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
LATER = timedelta(hours=1)  # when every email is due


class Actions:
    """What somebody does on a page. Each press counts; what they type belongs to the press that sends it."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, target: str | Locator) -> None:
        found = self.page.locator(target) if isinstance(target, str) else target
        expect(found).to_be_visible()
        found.tap()
        self.count += 1


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(request: pytest.FixtureRequest, visit: Callable[..., Page]) -> Callable[..., Page]:
    def open_page(path: str, *, who: str = "") -> Page:
        return visit(path, who=who, java_script_enabled=request.param, **PHONE)

    return open_page


@pytest.fixture
def waiting(thread, cast) -> Comment:
    """A comment of ben's that is held for review."""
    aside(lambda: Event.objects.update(hold_rules={"everybody": {"is_on": True}}))
    return aside(lambda: reply_to(whole(thread.opening_id), cast.ben, "The deadlock is a choice."))


def status_of(comment: Comment) -> str:
    return aside(lambda: Comment.objects.get(pk=comment.pk).status)


def email_to(name: str) -> str:
    """The newest email to somebody, once what is due has been sent."""
    aside(lambda: send_due_mail(now=timezone.now() + LATER))
    return next(each.body for each in reversed(mail.outbox) if each.to == [f"{name}@example.org"])


def address_in(text: str, beginning: str) -> str:
    found = re.search(rf"https?://[^/\s]+({beginning}\S*)", text)
    assert found, text
    return found.group(1)


def test_a_moderators_first_decision_takes_three_actions(phone, waiting):
    mo = phone("/", who="mo")
    act = Actions(mo)
    act.press("header >> text=Moderate")
    act.press("#desk [data-review] button[value=approve]")
    expect(mo.locator("main")).to_contain_text("Comment published")
    assert status_of(waiting) == Status.PUBLISHED
    assert act.count <= 3


def test_a_rejection_with_its_reason_takes_three_actions(phone, waiting):
    mo = phone("/", who="mo")
    act = Actions(mo)
    act.press("header >> text=Moderate")
    act.press("#desk [data-card] details.why summary")
    mo.fill("#desk [data-card] details.why textarea", "Please say which deadlock.")
    act.press("#desk [data-review] button[value=reject]")
    expect(mo.locator("main")).to_contain_text("Comment rejected")
    assert status_of(waiting) == Status.REJECTED
    assert act.count <= 3


def test_an_appeal_leads_from_the_email_to_the_decision_and_back_to_the_comment(phone, cast, event, waiting):
    una = aside(make_person, "una")
    aside(lambda: Role.objects.create(event=event, person=una, kind=RoleKind.MODERATOR))
    mo = phone("/moderation/", who="mo")
    mo.locator("#desk [data-card] details.why summary").tap()
    mo.fill("#desk [data-card] details.why textarea", "Please say which deadlock.")
    mo.locator("#desk [data-review] button[value=reject]").tap()
    expect(mo.locator("main")).to_contain_text("Comment rejected")

    letter = email_to("ben")
    assert "Please say which deadlock." in letter
    ben = phone(address_in(letter, "/answers/"))  # without logging in, as mail programs open links
    expect(ben.locator("main")).to_contain_text("Please say which deadlock.")
    expect(ben.locator("main")).not_to_contain_text("The deadlock is a choice.")
    ben.fill("main textarea[name=text]", "It is the one in the title of the meeting.")
    ben.locator("main form button[type=submit]").tap()
    expect(ben.locator("main")).to_contain_text("Your appeal has been sent")

    decider = phone("/", who="una")
    act = Actions(decider)
    expect(decider.locator("header [data-decisions]")).to_have_text("1")
    act.press("header >> text=Moderate")
    expect(decider).to_have_url(re.compile(f"/{event.slug}/moderation/appeals/$"))
    act.press("#desk [data-card] .button")
    expect(decider.locator("main")).to_contain_text("It is the one in the title of the meeting.")
    act.press("main input[name=outcome][value=taken-back]")
    decider.fill("main textarea[name=answer]", "The title says it.")
    act.press("main form button[type=submit]")
    assert act.count == 4
    expect(decider.locator("main")).to_contain_text("The title says it.")
    assert status_of(waiting) == Status.PUBLISHED

    author = phone("/", who="ben")
    author.locator("header .bell").tap()
    told = author.locator("#notifications li", has_text="The title says it.")
    told.locator("a").first.tap()
    comment = author.locator(f"#comment-{waiting.pk}")
    expect(comment).to_contain_text("The deadlock is a choice.")
    expect(comment).to_be_in_viewport()
    letter = email_to("ben")
    assert "The title says it." in letter
    assert f"/comments/{waiting.pk}/" in letter
