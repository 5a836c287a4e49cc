"""An email as it is sent: rendered, with its headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from forum.mail.actions.digests import Told

SITE_NAME = "Parley"
LONGEST_LINE = 998  # characters: RFC 5322, section 2.1.1


@dataclass(frozen=True, slots=True)
class Deferred:
    """In place of a message: it is left to the digest with this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """One email to one person.

    `sender` is the name that is shown before our address. `bounces_to` is the address in the envelope, to which mail
    servers report what they could not deliver; "" for our usual one. `headers` holds everything else.
    """

    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = SITE_NAME
    reply_to: str = ""
    bounces_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[int, ...] = ()
    told: Told | None = None

    def size(self) -> int:
        """In bytes, as it leaves."""
        made: Any = self.made_for(None).message()
        return len(made.as_bytes(linesep="\r\n"))

    def made_for(self, connection: BaseEmailBackend | None) -> EmailMultiAlternatives:
        """The same for Django's backends."""
        headers = {"From": formataddr((self.sender, own_address())), "Auto-Submitted": "auto-generated"}
        made = _WholeLines(
            self.subject,
            self.text,
            self.bounces_to or None,
            [self.to],
            connection=connection,
            headers=headers | dict(self.headers),
            reply_to=[self.reply_to] if self.reply_to else None,
        )
        if self.html:
            made.attach_alternative(self.html, "text/html")
        return made


class _WholeLines(EmailMultiAlternatives):
    """Headers keep to one line as long as RFC 5322 allows: an address of ours that is longer than 78 characters would
    begin on the second line, after an empty first one, which some mail programs do not find."""

    def message(self, *args: Any, **options: Any) -> Any:
        made = super().message(*args, **options)
        made.policy = made.policy.clone(max_line_length=LONGEST_LINE)
        return made


def own_address() -> str:
    """The address that emails come from, without its name."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sender_named(name: str) -> str:
    """What stands before our address in an email that carries somebody's words: "Ada Lovelace (Parley)"."""
    return f"{name} ({SITE_NAME})"
