"""Emails that people send to addresses of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from PIL import Image

from forum.jobs.scheduler import run_due_jobs
from forum.mail.addresses import signed_address
from forum.mail.incoming.accept import receive

_numbers = count(1)


@pytest.fixture(autouse=True)
def _incoming(incoming: None) -> None:
    pass


def letter(
    text: str,
    *,
    to: str,
    by: str = "Ben <ben@example.org>",
    subject: str = "Re: [P-1] Where does cooperation happen",
    **headers: str,
) -> EmailMessage:
    """An email as a mail program writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = by, to, subject
    message["Message-ID"] = f"<{next(_numbers)}.made@mail.example.org>"
    for name, value in headers.items():
        header = name.replace("_", "-")
        del message[header]
        message[header] = value
    message.set_content(text)
    return message


def picture(size: int = 64) -> bytes:
    made = BytesIO()
    Image.effect_noise((size, size), 90).convert("RGB").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def address(cast: Any) -> Callable[..., str]:
    """The address at which somebody answers a comment, as it stands in their email: address(comment, "ben")."""

    def address(target: Any, who: str = "ben", purpose: Any = "reply", now: Any = None) -> str:
        person = getattr(cast, who)
        return signed_address(purpose, person_id=person.pk, target=target.pk, now=now or timezone.now())

    return address


@pytest.fixture
def take() -> Callable[[EmailMessage], str]:
    """What becomes of an email."""

    def take(message: EmailMessage) -> str:
        return receive(message.as_bytes(), now=timezone.now())

    return take


@pytest.fixture
def answers() -> Callable[[], list[EmailMessage]]:
    """The answers to emails that leave within so many minutes from now."""

    def answers(minutes: int = 15) -> list[Any]:
        mail.outbox.clear()
        run_due_jobs(now=timezone.now())
        run_due_jobs(now=timezone.now() + timedelta(minutes=minutes))
        return [each for each in mail.outbox if each.extra_headers.get("Auto-Submitted") == "auto-replied"]

    return answers
