"""Emails about the dialogue, as they leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from django.db.models import DateTimeField, F
from django.utils import timezone

from accounts.models import Person
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.outbox import DIGESTS
from forum.models import Comment, Follow, LogEntry, MailPreferences, Notification, OutgoingMail, Reading


@pytest.fixture
def incoming(settings) -> None:
    """Emails come in here."""
    settings.INCOMING_EMAIL = "reply@forum.example.org"


@pytest.fixture
def sent() -> Callable[..., list[EmailMessage]]:
    """What leaves within so many minutes from now, as a mail program reads it."""

    def sent(minutes: int = 5) -> list[EmailMessage]:
        mail.outbox.clear()
        run_due_jobs(now=timezone.now())
        run_due_jobs(now=timezone.now() + timedelta(minutes=minutes))
        return received()

    return sent


def received() -> list[EmailMessage]:
    return [message_from_bytes(each.message().as_bytes(), policy=policy.default) for each in mail.outbox]


def mention(person: Person) -> str:
    return f"[@{person.name}](/people/{person.pk}/)"


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def digest() -> Callable[..., list[EmailMessage]]:
    """The digests that leave once so many days have passed."""

    def digest(days: int = 8) -> list[EmailMessage]:
        mail.outbox.clear()
        run_due_jobs(now=timezone.now())
        time_passes(timedelta(days=days))
        run_due_jobs(now=timezone.now())  # it is queued, and leaves some minutes later
        run_due_jobs(now=timezone.now() + timedelta(minutes=5))
        return [message for message in received() if message["Message-ID"].startswith("<digest.")]

    return digest


def time_passes(span: timedelta) -> None:
    """Everything that has happened, and everything that is due, is that much earlier."""
    for model in (Comment, Follow, Notification, MailPreferences, OutgoingMail, Reading, LogEntry):
        times = [each.name for each in model._meta.fields if isinstance(each, DateTimeField)]
        for name in times:
            model._base_manager.filter(**{f"{name}__isnull": False}).update(**{name: F(name) - span})
    for digest in OutgoingMail.objects.filter(kind__in=DIGESTS):
        OutgoingMail.objects.filter(pk=digest.pk).update(key=f"earlier {digest.pk}")  # it names the time
