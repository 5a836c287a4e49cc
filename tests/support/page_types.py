"""Every type of page, and who opens it: all of them are measured, read by axe and checked as HTML.

A page that has a template of its own and is missing here fails tests/browser/test_page_types.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.tokens import default_token_generator
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.programs import sign_opening_time
from forum.dialogue.queries import appeal_links
from forum.exchange.demonstration import email_of
from forum.kernel.choices import Act
from forum.mail.links import Stop, settings_url, stop_url
from forum.models import Appeal, Comment, IllegalReport, LogEntry, PointRequest, Sanction, Trust
from tests.factories import PASSWORD, new_key, session_of
from tests.services import ROOT
from tests.support.page_stage import ada

TEMPLATES = ROOT / "templates"
HERE = {"host": "127.0.0.1"}
MOST_EMAILS = 3  # to one address in five minutes (ACCOUNT_RATE_LIMITS)
NEWCOMER = "newcomer"  # has signed up and not typed the code
ROLES = {"ada": "participant", "mo": "moderator", "olga": "organiser"}
# Nobody reaches these by a link: parts that others extend, ways of allauth that are not open, outages.
NOT_OPENED = {
    "503.html", "500.html", "base.html", "outage_base.html", "moderation/queue.html", "admin/base_site.html",
    "account/account_inactive.html", "account/email_change.html", "account/password_set.html",
    "account/shut_out.html", "account/signup_closed.html", "account/verified_email_required.html", "mail/base.html",
}  # fmt: skip


@dataclass(frozen=True)
class PageType:
    name: str
    path: str
    who: str = ""  # the account that opens it, or NEWCOMER; nobody's by default

    @property
    def title(self) -> str:
        """Such as "drafts, participant"."""
        return f"{self.name}, {ROLES.get(self.who, self.who)}" if self.who else self.name


def page_types(comment: Comment) -> list[PageType]:
    """What the stage of page_stage.py shows; `comment` is its deepest reply."""
    found: list[PageType] = []
    for who, pages in {
        "": _anonymous(comment), "ada": _participants(comment), "mo": _moderators(comment),
        "olga": _organisers(comment), NEWCOMER: {"enter the code": "/accounts/confirm-email/"},
    }.items():  # fmt: skip
        found += [PageType(name, path, who) for name, path in pages.items()]
    return found


def page_templates() -> set[str]:
    """The templates that are pages by themselves."""
    paths = (path for path in TEMPLATES.rglob("*.html") if _is_page(path.read_text()))
    names = {str(path.relative_to(TEMPLATES)) for path in paths}
    return {name for name in names - NOT_OPENED if not name.startswith(("allauth/", "account/base"))}


def session_for(page: PageType) -> str:
    """What the cookie of who opens this page holds."""
    if page.who != NEWCOMER:
        return session_of(Person.objects.get(email=email_of(page.who)))
    newcomer, _ = _signed_up()
    return newcomer.cookies["sessionid"].value


def outage_pages() -> dict[str, str]:
    """What a server sends while it cannot make a page, by template."""
    return {name: get_template(name).render() for name in ("500.html", "503.html")}


def refusal() -> Any:
    """The answer to one login too many: each sends another code to an address that is not confirmed."""
    _, email = _signed_up()
    filled = {"login": email, "password": PASSWORD}
    answers = [Client(headers=HERE).post("/accounts/login/", filled) for _ in range(MOST_EMAILS)]
    assert [answer.status_code for answer in answers] == [302] * (MOST_EMAILS - 1) + [429]
    return answers[-1]


def answer_page() -> str:
    left = LogEntry.objects.filter(comment__author=ada(), act=Act.REMOVE, undone_by=None, appeal=None).latest("pk")
    return f"/comments/{left.comment_id}/appeal/"


def _is_page(text: str) -> bool:
    return ("{% extends" in text or "<!DOCTYPE" in text) and '{% extends "mail/base.html" %}' not in text


def _signed_up() -> tuple[Client, str]:
    """Somebody whose address is not confirmed, and that address."""
    newcomer, email = Client(headers=HERE), f"{new_key()}@example.org"
    opened = sign_opening_time(timezone.now() - timedelta(minutes=1))
    facts = {"name": "Nia New", "email": email, "password1": PASSWORD, "group": "technical", "opened": opened}
    newcomer.post("/accounts/signup/", facts)
    return newcomer, email


def _anonymous(comment: Comment) -> dict[str, str]:
    thread, event = f"/threads/{comment.thread_id}/", "/baku-2012/"
    here, decided = f"/comments/{comment.pk}/", LogEntry.objects.filter(comment__author=ada()).latest("pk")
    report = IllegalReport.objects.latest("pk")
    return {
        "front page": "/", "about": "/about/", "event": event, "theme": f"{event}principles/", "thread": thread,
        "thread, newest activity": f"{thread}?sort=activity", "top-level comments": f"{thread}branches/",
        "comment": here, "reply": f"{here}reply/", "history": f"{here}history/", "cite": f"{here}cite/",
        "report": f"{here}report/", "summary": f"{thread}summary/", "summary history": f"{thread}summary/history/",
        "person": f"/people/{comment.author_id}/", "activity stream": f"{event}live/",
        "activity stream, what was missed": f"{event}live/?since={comment.theme_id}:0",
        "projector view": f"{event}live/screen/", "search": f"{event}search/?q=internet",
        "print version": f"{event}principles/print/", "embedded theme": f"/embed/themes/{comment.theme_id}/",
        "embedded thread": f"/embed/threads/{comment.thread_id}/", "moderation log": f"{event}moderation/",
        "code of conduct": f"{event}moderation/conduct/", "transparency report": f"{event}moderation/transparency/",
        "appeal by email": appeal_links.address(decided.pk, decided.comment.author_id),
        "state of a report": reverse("report_state", args=[report.number, report.secret]),
        "log in": "/accounts/login/", "sign up": "/accounts/signup/",
        "confirmation sent": "/accounts/confirm-email/", "confirm an address": "/accounts/confirm-email/none/",
        "reset password": "/accounts/password/reset/", "reset link sent": "/accounts/password/reset/done/",
        "password by link": _password_link(), "password is set": "/accounts/password/reset/key/done/",
        "page not found": "/nowhere/at/all/",
        "stop emails": urlsplit(stop_url(Stop(ada().pk, "reply"))).path,
        "email settings by link": urlsplit(settings_url(ada().pk)).path,
    }  # fmt: skip


def _participants(comment: Comment) -> dict[str, str]:
    thread, own = f"/threads/{comment.thread_id}/", Comment.objects.public().filter(author=ada()).latest("pk")
    accounts = {"email": "email/", "change password": "password/change/", "log out": "logout/", "profile": "profile/"}
    found = {name: f"/accounts/{path}" for name, path in (accounts | {"reauthenticate": "reauthenticate/"}).items()}
    sanction = Sanction.objects.filter(person=ada()).latest("pk")
    return found | {
        "thread": thread, "comment": f"/comments/{comment.pk}/", "reply": f"/comments/{comment.pk}/reply/",
        "theme": "/baku-2012/principles/", "event": "/baku-2012/", "start a thread": "/baku-2012/principles/open/",
        "edit": f"/comments/{own.pk}/edit/", "withdraw": f"/comments/{own.pk}/withdraw/",
        "flag": f"/comments/{comment.pk}/flag/", "notifications": "/notifications/", "following": "/following/",
        "drafts": "/drafts/", "appeal": answer_page(), "own appeals": "/baku-2012/moderation/appeals/",
        "email settings": "/email/settings/", "theme by email": f"/themes/{comment.theme_id}/email/",
        "preferences": "/accounts/preferences/", "sanction": f"/sanctions/{sanction.pk}/",
        "no access": f"/comments/{comment.pk}/remove/",
    }  # fmt: skip


def _moderators(comment: Comment) -> dict[str, str]:
    here, thread, event = f"/comments/{comment.pk}/", f"/threads/{comment.thread_id}/", "/baku-2012/moderation/"
    report, missed = IllegalReport.objects.latest("pk").pk, PointRequest.objects.latest("pk").pk
    ways = ("lock", "rename", "move", "merge", "plan", "slow", "note")
    acts = ("remove", "pin", "split", "off-topic", "redact", "keep")
    found = {f"{way} a thread": f"{thread}{way}/" for way in ways}
    found |= {f"{act} a comment": f"{here}{act}/" for act in acts}
    queues = {"review queue": "desk/", "flagged comments": "flags/", "reports": "reports/", "sanctions": "people/"}
    found |= {name: event + path for name, path in queues.items()}
    return found | {
        "thread": thread, "comment": here, "theme": "/baku-2012/principles/", "moderation": "/moderation/",
        "review": f"/comments/{Comment.objects.filter(status='held').latest('pk').pk}/decide/",
        "a report": f"{event}reports/{report}/", "lock a theme": f"/themes/{comment.theme_id}/lock/",
        "edit a summary": f"{thread}summary/edit/", "a suggestion": f"{thread}summary/requests/{missed}/",
    }  # fmt: skip


def _organisers(comment: Comment) -> dict[str, str]:
    event = comment.thread.theme.event
    role, phrase = event.roles.get(kind="moderator").pk, event.phrases.first()
    person = f"people/{comment.author_id}/"
    pages = {
        "review rules": "rules/", "team": "team/", "remove a role": f"team/{role}/take/", "conduct": "conduct/",
        "new article": "conduct/new/", "new saved reply": "phrases/new/", "sanction a person": person,
        "remove much": f"{person}remove/?span=all", "blocks": "blocks/", "log": "", "appeals": "appeals/",
        "end trust": f"trust/{Trust.objects.get().pk}/end/",
    }  # fmt: skip
    if phrase is not None:
        pages["saved reply"] = f"phrases/{phrase.pk}/"
    found = {name: f"/baku-2012/moderation/{path}" for name, path in pages.items()}
    found["emails"] = "/baku-2012/emails/"
    found["preview of an email"] = f"/baku-2012/emails/{comment.pk}/"
    found["suggest a missing point"] = f"/threads/{comment.thread_id}/summary/missing/"
    return found | {"decide an appeal": f"/appeals/{Appeal.objects.latest('pk').pk}/"}


def _password_link() -> Any:
    """Where the link of a letter for a forgotten password leads, with a key that is no more: it says so."""
    key = f"{ada().pk}-{default_token_generator.make_token(ada())}"
    return f"/accounts/password/reset/key/{key}/"
