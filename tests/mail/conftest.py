"""Emails about the dialogue, as they leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Person
from forum.jobs.scheduler import run_due_jobs


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
        return [message_from_bytes(each.message().as_bytes(), policy=policy.default) for each in mail.outbox]

    return sent


def mention(person: Person) -> str:
    return f"[@{person.name}](/people/{person.pk}/)"


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
