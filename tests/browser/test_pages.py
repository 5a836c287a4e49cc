"""The pages as people meet them: on any width, in light and dark, with and without scripts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import Person
from forum.dialogue.actions.summaries import miss_point, write_summary
from forum.dialogue.queries import appeal_links
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.exchange.demonstration import PASSWORD, email_of, load_demo
from forum.kernel.choices import FlagKind
from forum.models import Appeal, Comment, Event, LogEntry, PointRequest, Thread, Trust
from forum.moderation.actions.appeals import appeal
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.notes import write_note
from forum.moderation.actions.plans import plan_closing, slow_down
from forum.moderation.actions.reports import Notice, report_comment
from tests.browser.conftest import aside
from tests.factories import new_key
from tests.server import Server
from tests.support.imported import import_reply, imported_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).resolve().parent.parent / "vendor" / "axe" / "axe.min.js").read_text()
EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}  # what the dark scheme can change
WIDTHS = [320, 360, 768, 1280, 1440]


@pytest.fixture
def deepest(transactional_db: None) -> Comment:
    """The demonstration's deepest reply, flagged and reported, with a removed comment above it."""
    aside(lambda: load_demo(with_accounts=True))
    comment = Comment.objects.order_by("-level").select_related("parent__parent__author", "thread__theme__event")[0]
    mo = comment.thread.theme.event.roles.get(kind="moderator").person
    aside(lambda: Event.objects.update(frame_origins="https://example.org"))
    aside(
        lambda: remove_comment(
            comment.parent.parent, seen=SKIP_CHECK, by=mo, reason="Off the subject.", now=timezone.now()
        )
    )
    olga = comment.thread.theme.event.roles.get(kind="organiser").person
    note = {"kind": FlagKind.OTHER, "note": "Look at the tone.", "now": timezone.now()}
    aside(lambda: flag_comment(comment, by=olga, **note))
    notice = Notice(explanation="It names somebody.", name="Eve", email="eve@example.net")
    aside(lambda: report_comment(comment, notice, key=new_key(), now=timezone.now()))
    aside(lambda: keep_together(comment, mo))
    aside(lambda: answered(comment.parent.parent, mo))
    aside(lambda: leave_to_decide(comment, mo))
    return comment


def leave_to_decide(comment: Comment, mo: Any) -> None:
    """An answer that is awaiting review, whose author is trusted elsewhere."""
    facts: dict[str, Any] = {"author": comment.author, "written_at": timezone.now(), "is_public": False}
    import_reply(comment, imported_comment(comment.theme, "waits", source="It *waits*.", **facts))
    event = comment.thread.theme.event
    trusted = {"by": mo, "created_at": timezone.now(), "theme": event.themes.last()}
    Trust.objects.create(event=event, person=comment.author, **trusted)


def keep_together(comment: Comment, mo: Any) -> None:
    """The head of a thread with all that it can say."""
    thread, now = Thread.objects.get(pk=comment.thread_id), timezone.now()
    soon = {"closes_at": now + timedelta(days=1), "opens_at": None}
    plan_closing(thread, by=mo, reason="We meet.", now=now, **soon)
    slow_down(thread, minutes=1, by=mo, reason="", now=now)
    write_note(thread, source="Please answer **the question** first.", by=mo, reason="", now=now)
    points = {"open": [{"text": "Who pays?", "comments": [comment.pk]}]}
    write_summary(thread, points=points, base=thread.summary.number, by=mo, now=now)
    ada = Person.objects.get(email=email_of("ada"))
    miss_point(thread, text="Something is missing.", by=ada, now=now)


def answered(removed: Comment, mo: Any) -> None:
    """Its author has answered the removal; and ada can answer one."""
    entry = LogEntry.objects.filter(comment=removed).latest("pk")
    appeal(removed, by=removed.author, text="It was to the point.", about=entry.pk, now=timezone.now())
    own = Comment.objects.public().filter(author__email=email_of("ada")).latest("pk")
    remove_comment(own, seen=SKIP_CHECK, by=mo, reason="Off the subject.", now=timezone.now())


def answer_page() -> str:
    own = Comment.objects.filter(author__email=email_of("ada"), status="removed").latest("pk")
    return f"/comments/{own.pk}/appeal/"


def anonymous_pages(comment: Comment) -> dict[str, str]:
    decided = LogEntry.objects.filter(comment__author__email=email_of("ada")).latest("pk")
    return {
        "answer by the link in a letter": appeal_links.address(decided.pk, decided.comment.author_id),
        "home": "/",
        "event": "/baku-2012/",
        "theme": "/baku-2012/principles/",
        "thread": f"/threads/{comment.thread_id}/",
        "reply box": f"/comments/{comment.pk}/reply/",
        "comment": f"/comments/{comment.pk}/",
        "wall": "/baku-2012/live/",
        "wall, what was missed": f"/baku-2012/live/?since={comment.theme_id}:0",
        "screen": "/baku-2012/live/screen/",
        "frame of a theme": f"/embed/themes/{comment.theme_id}/",
        "frame of a thread": f"/embed/threads/{comment.thread_id}/",
        "log": "/baku-2012/moderation/",
        "code of conduct": "/baku-2012/moderation/conduct/",
        "summary": f"/threads/{comment.thread_id}/summary/",
        "versions of the summary": f"/threads/{comment.thread_id}/summary/history/",
        "numbers": "/baku-2012/moderation/transparency/",
        "history": f"/comments/{comment.pk}/history/",
        "cite": f"/comments/{comment.pk}/cite/",
        "report": f"/comments/{comment.pk}/report/",
        "login": "/accounts/login/",
        "signup": "/accounts/signup/",
        "password": "/accounts/password/reset/",
        "404": "/nowhere/at/all/",
    }


def known_pages(comment: Comment) -> dict[str, str]:
    return {
        "thread": f"/threads/{comment.thread_id}/",
        "reply box": f"/comments/{comment.pk}/reply/",
        "comment": f"/comments/{comment.pk}/",
        "open a thread": "/baku-2012/principles/open/",
        "remove": f"/comments/{comment.pk}/remove/",
        "desk": "/baku-2012/moderation/desk/",
        "decide": f"/comments/{Comment.objects.filter(status='held').latest('pk').pk}/decide/",
        "flag": f"/comments/{comment.pk}/flag/",
        "flagged": "/baku-2012/moderation/flags/",
        "keep": f"/comments/{comment.pk}/keep/",
        "reports": "/baku-2012/moderation/reports/",
        "answer a report": f"/baku-2012/moderation/reports/{aside(lambda: comment.reports.get().pk)}/",
        "pin": f"/comments/{comment.pk}/pin/",
        "lock": f"/threads/{comment.thread_id}/lock/",
        "plan": f"/threads/{comment.thread_id}/plan/",
        "slow mode": f"/themes/{comment.theme_id}/slow/",
        "note": f"/threads/{comment.thread_id}/note/",
        "edit the summary": f"/threads/{comment.thread_id}/summary/edit/",
        "answer a request": f"/threads/{comment.thread_id}/summary/requests/{PointRequest.objects.latest('pk').pk}/",
        "summary": f"/threads/{comment.thread_id}/summary/",
        "theme": "/baku-2012/principles/",
        "profile": "/accounts/profile/",
        "403": f"/comments/{comment.pk}/withdraw/",
    }


def organisers_pages(comment: Comment) -> dict[str, str]:
    event = comment.thread.theme.event
    pages = {"rules": "rules/", "team": "team/", "code": "conduct/", "new article": "conduct/new/"}
    pages |= {"take a role away": f"team/{event.roles.get(kind='moderator').pk}/take/"}
    person = f"people/{comment.author_id}/"
    pages |= {"people": "people/", "person": person, "remove many": f"{person}remove/?span=all", "blocks": "blocks/"}
    pages |= {"end trust": f"trust/{Trust.objects.get().pk}/end/"}
    pages |= {"sentence": f"phrases/{event.phrases.first().pk}/", "log": "", "appeals": "appeals/"}
    found = {name: f"/baku-2012/moderation/{path}" for name, path in pages.items()}
    return found | {"appeal": f"/appeals/{Appeal.objects.latest('pk').pk}/"}


def barriers(page: Page, asked: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA."""
    page.evaluate(AXE)
    found = page.evaluate("asked => axe.run({runOnly: asked}).then(r => r.violations)", asked)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def log_in(page: Page, key: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email_of(key))
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".account-nav form")).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_has_a_barrier(browser: Browser, server: Server, deepest, width):
    found: dict[str, list[str]] = {}
    organisers = aside(lambda: organisers_pages(deepest))
    author = {"answer to a decision": aside(answer_page)}
    of_each = {"": anonymous_pages(deepest), "mo": known_pages(deepest), "olga": organisers, "ada": author}
    for who, pages in of_each.items():
        viewport: Any = {"width": width, "height": 800}
        context = browser.new_context(base_url=server.url, viewport=viewport, bypass_csp=True, reduced_motion="reduce")
        page = context.new_page()
        if who:
            log_in(page, who)
        for name, path in pages.items():
            page.emulate_media(color_scheme="light")
            page.goto(path)
            found[f"{name} {who}"] = barriers(page)
            page.emulate_media(color_scheme="dark")
            found[f"{name} {who}, dark"] = barriers(page, COLOURS)
        context.close()
    assert {name: rows for name, rows in found.items() if rows} == {}


def test_no_page_is_wider_than_its_screen(browser: Browser, server: Server, deepest):
    wide = []
    page = browser.new_context(base_url=server.url).new_page()
    for name, path in anonymous_pages(deepest).items():
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((name, width))
    page.context.close()
    assert wide == []


def test_without_scripts_a_participant_does_everything(browser: Browser, server: Server, deepest):
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/threads/{deepest.thread_id}/")
    page.click(f"#comment-{deepest.pk} a[data-reply]")
    box = page.locator(f"#reply-{deepest.pk}")
    box.get_by_role("button", name="Log in to send").click()
    page.fill("input[name=login]", email_of("ada"))
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    assert page.url == f"{server.url}/comments/{deepest.pk}/reply/#reply-{deepest.pk}-source", (
        "back at the same comment"
    )
    expect(page.locator(f"#reply-{deepest.pk} textarea")).to_be_focused()
    page.fill(f"#reply-{deepest.pk} textarea", "Without a **script**.")
    page.click(f"#reply-{deepest.pk} button[type=submit]")
    written = Comment.objects.latest("pk")
    assert page.url == f"{server.url}/threads/{deepest.thread_id}/#comment-{written.pk}"
    expect(page.locator(f"#comment-{written.pk} strong")).to_have_text("script")
    page.click(f"#comment-{written.pk} a[data-acts]")
    page.click("main a[href$='/edit/']")
    page.fill("textarea[name=source]", "Changed without one.")
    page.click("main button[type=submit]")
    expect(page.locator(f"#comment-{written.pk}")).to_contain_text("Changed without one.")
    page.goto(f"/threads/{deepest.thread_id}/")
    page.click(f"#comment-{deepest.pk} a[data-acts]")
    before = page.locator("#stances").inner_text()
    page.click("#stances button[value=agree]")
    expect(page.locator("#stances")).to_contain_text("You agree")
    page.click("#stances .stance-back")
    expect(page.locator("#stances")).not_to_contain_text("You agree")
    assert page.locator("#stances").inner_text() == before
    page.goto(f"/comments/{written.pk}/withdraw/")
    page.click("main button[type=submit]")
    expect(page.locator(f"#comment-{written.pk}")).to_have_count(0)
    page.goto("/baku-2012/principles/open/")
    page.fill("input[name=title]", "A plain question")
    page.fill("textarea[name=source]", "Asked plainly.")
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("A plain question")
    assert Thread.objects.filter(title="A plain question").count() == 1


def test_a_thread_locked_meanwhile_gives_the_text_back(browser: Browser, server: Server, deepest):
    page = browser.new_context(base_url=server.url).new_page()
    log_in(page, "ada")
    page.goto(f"/threads/{deepest.thread_id}/")
    page.click(f"#comment-{deepest.pk} a[data-reply]")
    page.fill(f"#comments #reply-{deepest.pk} textarea", "Too late, but mine.")
    Thread.objects.filter(pk=deepest.thread_id).update(is_locked=True)
    page.click(f"#comments #reply-{deepest.pk} button[type=submit]")
    expect(page.locator(f"#reply-{deepest.pk} .why-not")).to_contain_text("locked")
    assert page.locator(f"#reply-{deepest.pk} textarea[readonly]").input_value() == "Too late, but mine."
