"""Threads that are started by an email to a theme, where its organisers allow it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from forum.admin.places import ThemeAdmin
from forum.kernel.choices import Status
from forum.kernel.outbox import IncomingState
from forum.kernel.reasons import Reason
from forum.mail.addresses import read_address
from forum.models import Comment, Thread
from tests.factories import make_person
from tests.mail.incoming.conftest import letter

pytestmark = pytest.mark.django_db
TEXT = "Who pays for translations?"
OFFER = "Start a thread by email"


@pytest.fixture
def open_theme(theme, cast):
    theme.takes_email = True
    theme.save(update_fields=["takes_email"])
    return theme


def page_of(cast, who, theme) -> str:
    return cast.client(who).get(f"/{theme.event.slug}/{theme.slug}/").content.decode()


def test_an_email_starts_a_thread(open_theme, cast, address, take):
    message = letter(f"{TEXT}\n\n-- \nBen, office 4", to=address(open_theme, purpose="theme"), subject="Übersetzungen")
    assert take(message) == IncomingState.POSTED
    thread = Thread.objects.get()
    assert (thread.theme_id, thread.title, thread.opening.author_id) == (open_theme.pk, "Übersetzungen", cast.ben.pk)
    assert thread.opening.version.source.startswith(TEXT)
    assert "> Ben, office 4" in thread.opening.version.source, "folded, not cut"


def test_a_theme_that_takes_no_emails_says_so(theme, cast, address, take, answers):
    take(letter(TEXT, to=address(theme, purpose="theme"), subject="Translations"))
    assert not Thread.objects.exists()
    (answer,) = answers()
    assert str(Reason.MAIL_NO_THREADS.label) in answer.body
    assert TEXT in answer.body
    assert f"/{theme.event.slug}/{theme.slug}/" in answer.body


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("", Reason.MAIL_NO_SUBJECT),
        ("\u200b\u2800", Reason.MAIL_NO_SUBJECT),
        ("word " * 40, Reason.MAIL_LONG_SUBJECT),
    ],
)
def test_a_thread_needs_a_title(open_theme, address, take, answers, subject, reason):
    take(letter(TEXT, to=address(open_theme, purpose="theme"), subject=subject))
    (answer,) = answers()
    assert str(reason.label) in answer.body


def test_a_locked_theme_takes_no_threads(open_theme, address, take, answers):
    open_theme.is_locked = True
    open_theme.save(update_fields=["is_locked"])
    take(letter(TEXT, to=address(open_theme, purpose="theme"), subject="Translations"))
    (answer,) = answers()
    assert str(Reason.THEME_LOCKED.label) in answer.body


def test_a_thread_by_email_is_held_by_the_same_rules(event, open_theme, address, take):
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])
    take(letter("The casino.", to=address(open_theme, purpose="theme"), subject="Translations"))
    assert Comment.objects.get().status == Status.HELD


def test_participants_see_an_address_of_their_own(open_theme, cast):
    shown = {}
    for who in ("ada", "ben"):
        page = page_of(cast, who, open_theme)
        assert OFFER in page
        address = page.partition('href="mailto:')[2].partition('"')[0]
        read = read_address(address, now=timezone.now())
        assert read is not None
        shown[who] = (read.purpose, read.person_id, read.target)
    assert shown == {who: ("theme", getattr(cast, who).pk, open_theme.pk) for who in shown}


def test_nobody_else_sees_one(open_theme, cast, settings):
    assert OFFER not in page_of(cast, "eve", open_theme)
    cast.una = make_person("una", verified=False)
    assert OFFER not in page_of(cast, "una", open_theme)
    settings.INCOMING_EMAIL = ""
    assert OFFER not in page_of(cast, "ada", open_theme)


def test_a_theme_offers_it_only_where_it_is_allowed(theme, cast):
    assert OFFER not in page_of(cast, "ada", theme)
    assert "takes_email" in ThemeAdmin.fields


def test_a_locked_theme_offers_it_no_more(open_theme, cast):
    open_theme.is_locked = True
    open_theme.save(update_fields=["is_locked"])
    assert OFFER not in page_of(cast, "ada", open_theme)
