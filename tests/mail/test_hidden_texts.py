"""No email carries a text that is hidden: held, removed, rejected, withdrawn, an earlier version, a draft."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.following import follow
from forum.kernel.outbox import Frequency
from forum.mail.actions.lists import subscribe
from forum.mail.actions.preferences import set_frequencies
from forum.models import Notification, Theme
from tests.access.matrix_secrets import insert_comment, words_in
from tests.access.matrix_stage import make_world
from tests.mail.conftest import received, text_of

pytestmark = pytest.mark.django_db
TOLD = {"quaggamail@example.org": {"statement"}}  # what came of a report, to who sent it


@pytest.mark.parametrize("how_soon", [Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY])
def test_hidden_texts_are_in_no_email(digest, how_soon):
    """Everybody follows everything before it is written, and what they are told of it waits until it is hidden."""
    world = make_world()
    for person in Person.objects.all():
        kinds = dict.fromkeys(["reply", "mention", "followed", "moderation"], how_soon)
        set_frequencies(person.pk, kinds, now=timezone.now() - timedelta(days=1))
        for theme in Theme.objects.all():
            follow(theme, by=person, now=timezone.now() - timedelta(days=1))
    Notification.objects.update(queued_at=timezone.now())
    insert_comment(world)
    bodies = defaultdict(str)
    digest()
    for message in received():
        bodies[message["To"]] += f"{message['Subject']}\n{text_of(message)}\n{text_of(message, 'html')}"
    shown = {to: words_in(body.encode()) for to, body in bodies.items()}
    assert {to: words for to, words in shown.items() if words} == TOLD
    told = {to for to, body in bodies.items() if "New in what you follow" in body or "that you follow" in body}
    author = "quaggaaddress@example.org"
    assert {person.email for person in Person.objects.exclude(email=author)} - told == {"unverified@example.org"}


def test_hidden_texts_are_in_no_email_of_a_list(digest):
    world = make_world()
    for person in Person.objects.all():
        for theme in Theme.objects.all():
            subscribe(person, theme, sends_own=True, now=timezone.now() - timedelta(days=1))
    Notification.objects.update(queued_at=timezone.now())
    insert_comment(world)
    digest()
    bodies = [(each["To"], f"{each['Subject']}\n{text_of(each)}\n{text_of(each, 'html')}") for each in received()]
    shown = {to: words_in(body.encode()) for to, body in bodies if "You get every comment in" in body}
    assert len(shown) > 5
    assert {to: words for to, words in shown.items() if words} == {}
