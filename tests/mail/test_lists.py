"""List mode: every public comment of a theme once, to those who asked, up to a number a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.following import follow
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.outbox import Frequency, MailKind
from forum.mail import lists
from forum.mail.actions.lists import subscribe
from forum.mail.actions.preferences import set_frequencies
from forum.models import Comment, ListSubscription, MailPreferences, OutgoingMail
from tests.factories import open_thread
from tests.mail.conftest import mention, text_of, time_passes

pytestmark = pytest.mark.django_db


@pytest.fixture
def subscribed(theme, cast):
    """Olga gets the theme by email, from now on."""
    theme.refresh_from_db()
    subscribe(cast.olga, theme, sends_own=False, now=timezone.now())


def to_olga(messages) -> list:
    return [message for message in messages if message["To"] == "olga@example.org"]


def test_every_new_comment_comes_once(thread, subscribed, say, sent, cast, theme):
    say("ben", "One.", to=thread.opening)
    open_thread(theme, cast.ada, "Another thread")
    messages = to_olga(sent())
    assert [text_of(each).partition(" (")[0] for each in messages] == ["Ben wrote", "Ada wrote"]
    assert to_olga(sent()) == []


def test_what_was_there_before_does_not_come(thread, say, sent, cast, theme):
    say("ben", "Old.", to=thread.opening)
    theme.refresh_from_db()
    subscribe(cast.olga, theme, sends_own=False, now=timezone.now())
    assert to_olga(sent()) == []


@pytest.mark.parametrize(("own", "count"), [(False, 0), (True, 1)])
def test_own_comments_come_for_those_who_wish(thread, theme, say, sent, cast, own, count):
    theme.refresh_from_db()
    subscribe(cast.olga, theme, sends_own=own, now=timezone.now())
    say("olga", "My own words.", to=thread.opening)
    assert len(to_olga(sent())) == count


def test_whoever_is_answered_in_a_theme_gets_one_email(thread, theme, say, sent, cast):
    theme.refresh_from_db()
    subscribe(cast.ada, theme, sends_own=False, now=timezone.now())
    follow(theme, by=cast.ada, now=timezone.now())
    set_frequencies(cast.ada.pk, {"followed": Frequency.AT_ONCE}, now=timezone.now())
    say("ben", f"I agree with {mention(cast.ada)}.", to=thread.opening)
    (message,) = sent()
    assert f"<theme-{theme.pk}.127.0.0.1>" in message["List-Id"]


def test_a_list_email_leaves_also_for_what_was_read_on_the_page(thread, subscribed, say, sent, cast):
    say("ben", "One.", to=thread.opening)
    cast.client("olga").post(f"/threads/{thread.pk}/read/", {"up_to": 99})
    assert len(to_olga(sent())) == 1


def test_a_comment_that_is_held_or_gone_does_not_come(held, thread, subscribed, say, sent, cast):
    comment = held("The casino.")
    withdraw_comment(say("ben", "By mistake.", to=thread.opening), by=cast.ben, now=timezone.now())
    assert to_olga(sent()) == []
    said = {f"c{comment.pk}-decision": "approve", f"c{comment.pk}-seen": f"{comment.version_id}.{comment.status}"}
    cast.client("mo").post(f"/comments/{comment.pk}/decide/", said)
    assert ["The casino." in text_of(message) for message in to_olga(sent())] == [True]


def test_after_the_daily_number_the_rest_is_left_to_the_digest(thread, subscribed, say, sent, cast, monkeypatch):
    monkeypatch.setattr(lists, "MOST_A_DAY", 2)
    for number in range(3):
        say("ben", f"Number {number}.", to=thread.opening)
    assert len(to_olga(sent())) == 2
    say("ben", "Number 3.", to=thread.opening)
    assert to_olga(sent()) == []
    subscription = ListSubscription.objects.get()
    third = Comment.objects.order_by("published_revision")[3]
    assert subscription.capped_from == third.published_revision - 1
    assert MailPreferences.objects.get(person=cast.olga).daily_due_at is not None


@pytest.mark.parametrize("followed", [Frequency.OFF, Frequency.DAILY, Frequency.AT_ONCE])
def test_the_digest_has_the_rest_once(thread, subscribed, say, sent, digest, cast, monkeypatch, followed):
    monkeypatch.setattr(lists, "MOST_A_DAY", 1)
    set_frequencies(cast.olga.pk, {"followed": followed}, now=timezone.now())
    for number in range(3):
        say("ben", f"Number {number}.", to=thread.opening)
    (message,) = to_olga(digest())
    assert "Number 0." not in text_of(message)
    assert [f"\u2068Number {number}.\u2069" in text_of(message) for number in (1, 2)] == [True, True]
    assert ListSubscription.objects.get().capped_from is None
    assert to_olga(digest()) == []
    stops = "Stop the daily digest" if followed == Frequency.DAILY else "Stop these emails"
    assert stops in text_of(message)
    Client().post(message["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000"))
    assert ListSubscription.objects.exists() == (followed == Frequency.DAILY)


def test_the_rest_that_is_too_new_for_a_digest_comes_in_the_next(thread, subscribed, say, sent, cast, monkeypatch):
    monkeypatch.setattr(lists, "MOST_A_DAY", 0)
    say("ben", "Number 1.", to=thread.opening)
    run_due_jobs(now=timezone.now())
    time_passes(timedelta(days=2))
    run_due_jobs(now=timezone.now())
    say("ben", "Number 2.", to=thread.opening)
    for number in (1, 2):
        (message,) = to_olga(sent())
        assert re.findall(r"^\u2068Number (\d)", text_of(message), re.MULTILINE) == [str(number)]
        time_passes(timedelta(days=2))
        run_due_jobs(now=timezone.now())
    assert ListSubscription.objects.get().capped_from is None


def test_one_click_stops_one_theme(thread, subscribed, say, sent, cast):
    say("ben", "One.", to=thread.opening)
    (message,) = to_olga(sent())
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 200
    assert ListSubscription.objects.exists()
    assert [client.post(path).status_code for _ in range(2)] == [200, 200]
    assert not ListSubscription.objects.exists()
    assert not MailPreferences.objects.filter(person=cast.olga).exists(), "other emails stay as they are"


def test_what_was_queued_does_not_leave_after_somebody_stopped(thread, subscribed, say, sent, cast):
    say("ben", "One.", to=thread.opening)
    lists.queue_lists(now=timezone.now())
    assert OutgoingMail.objects.filter(kind=MailKind.LIST).exists()
    cast.client("olga").post(f"/themes/{thread.theme_id}/email/", {"wants": "0"})
    assert to_olga(sent()) == []


def test_the_page_subscribes_and_stops(theme, cast):
    client, page = cast.client("ben"), f"/themes/{theme.pk}/email/"
    assert "sent to <bdi>ben@example.org</bdi>" in client.get(page).content.decode()
    assert "every new comment" in client.post(page, {"own": "on", "wants": "1"}, follow=True).content.decode()
    assert ListSubscription.objects.get().sends_own
    client.post(page, {"wants": "1"})
    assert not ListSubscription.objects.get().sends_own
    assert theme.title in client.get("/email/settings/").content.decode()
    client.post(page, {"wants": "0"})
    assert not ListSubscription.objects.exists()


def test_the_page_of_a_theme_leads_there(thread, cast):
    theme = thread.theme
    for who in ("eve", "ben"):
        page = cast.client(who).get(f"/{theme.event.slug}/{theme.slug}/").content.decode()
        assert f'href="/themes/{theme.pk}/email/"' in page
