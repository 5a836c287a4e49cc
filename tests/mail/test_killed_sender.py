"""A server that is killed at any point of 200 digests: everybody gets exactly one, or staff see which are uncertain."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.following import follow
from forum.kernel.outbox import MailKind
from forum.mail.sending import send_due_mail
from forum.models import Comment, MailPreferences, Notification, OutgoingMail
from tests.jobs.elsewhere import do_due_elsewhere
from tests.mail.conftest import time_passes
from tests.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 200
MOST_ROUNDS = 40


class Mailbox:
    """Takes every email, each in a moment, so that a server is killed while it sends."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        self.taken[message["To"]] += 1
        time.sleep(0.01)  # between the email and the answer, where nobody knows
        return "250 taken"


@pytest.fixture
def mailbox():
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


@pytest.fixture
def followers(theme, thread, say):
    """People whose digest is due."""
    people = Person.objects.bulk_create(Person(email=f"p{n}@example.org", name=f"P {n}") for n in range(PEOPLE))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, verified=True, primary=True) for each in people
    )
    for each in people:
        follow(theme, by=each, now=timezone.now())
    say("ben", "Something new.", to=thread.opening)
    Notification.objects.update(queued_at=timezone.now())
    time_passes(timedelta(days=2))
    MailPreferences.objects.bulk_create(MailPreferences(person=each, daily_due_at=timezone.now()) for each in people)
    return people


def let_time_pass() -> None:
    """What was claimed long ago is given up as abandoned or uncertain, and what was tried is tried again."""
    long_ago = timezone.now() - timedelta(minutes=11)
    OutgoingMail.objects.filter(sending_since__isnull=False).update(sending_since=long_ago)
    OutgoingMail.objects.filter(data_began_at__isnull=False).update(data_began_at=long_ago)
    OutgoingMail.objects.filter(sent_at=None).update(due_at=long_ago, tries=0)


def test_everybody_gets_one_digest_though_the_server_is_killed_again_and_again(followers, mailbox, staff):
    chance, killed = random.Random(5), 0
    for _ in range(MOST_ROUNDS):
        sender = do_due_elsewhere(EMAIL_URL=mailbox.url)
        before, patience = mailbox.taken.total(), time.monotonic() + 60
        until = before + chance.randrange(1, 40) if killed < 8 else PEOPLE * 2
        while sender.poll() is None and mailbox.taken.total() < until and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.02)
        if sender.poll() is None:
            sender.send_signal(signal.SIGKILL)
        killed += sender.wait(60) == -signal.SIGKILL
        let_time_pass()
        unsure = OutgoingMail.objects.uncertain(now=timezone.now())
        done = OutgoingMail.objects.filter(kind=MailKind.DAILY, sent_at__isnull=False).count()
        if done + unsure.count() == PEOPLE:
            break
    assert killed >= 8
    addresses = {person.email for person in followers}
    sure = set(OutgoingMail.objects.exclude(sent_at=None).values_list("person__email", flat=True))
    doubtful = {mail.person.email: mail.pk for mail in unsure.select_related("person")}
    assert sure | set(doubtful) == addresses
    assert {email: mailbox.taken[email] for email in sure} == dict.fromkeys(sure, 1)
    assert all(mailbox.taken[email] <= 1 for email in doubtful)
    assert len(doubtful) <= killed

    page = "/admin/forum/outgoingmail/"
    if doubtful:
        assert "Uncertain" in staff.get(page, {"state": "uncertain"}).content.decode()
    for email, pk in doubtful.items():  # staff ask each recipient
        act = "mark_as_sent_action" if mailbox.taken[email] else "send_again_action"
        staff.post(page, {"action": act, "_selected_action": pk})
    assert do_due_elsewhere(EMAIL_URL=mailbox.url).wait(60) == 0
    assert mailbox.taken == dict.fromkeys(addresses, 1)
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
    assert not MailPreferences.objects.filter(followed_until=None).exists(), "the next one begins there"


def test_a_digest_that_was_begun_and_is_sent_again_is_made_anew(followers, say, thread, theme):
    """It says what is true then, and the next one begins there."""
    person = followers[0]
    OutgoingMail.objects.create(
        kind=MailKind.DAILY, key="daily", person=person, due_at=timezone.now(), sending_since=timezone.now(),
        data_began_at=timezone.now(),
    )  # fmt: skip
    MailPreferences.objects.update(daily_due_at=None)
    time_passes(timedelta(minutes=30))
    again = OutgoingMail.objects.get()
    assert OutgoingMail.objects.uncertain(now=timezone.now()).count() == 1
    OutgoingMail.objects.filter(pk=again.pk).update(sending_since=None, data_began_at=None, due_at=timezone.now())
    assert send_due_mail(now=timezone.now()) == 1
    told = MailPreferences.objects.get(person=person).followed_until
    assert timedelta(minutes=1) <= timezone.now() - told < timedelta(minutes=2)
    assert Comment.objects.filter(published_at__gt=told).count() == 0
