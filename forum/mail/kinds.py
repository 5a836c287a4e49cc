"""How each kind of email is made, at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from forum.kernel.outbox import MailKind
from forum.mail.comment_mail import comment_message
from forum.mail.digest_mail import digest_message
from forum.mail.incoming.answers import answer_message
from forum.mail.lists import list_message
from forum.mail.message import Deferred, Message
from forum.mail.notice_mail import notice_message
from forum.models import OutgoingMail

FOOT = "\n-- \n"  # where the signature begins (RFC 3676, section 4.3), and with it the links of the reader
Maker = Callable[..., Message | Deferred | None]  # (mail, now=…); None if it is not sent after all
MAKERS: dict[str, Maker] = {
    MailKind.NOTICE: notice_message,
    MailKind.COMMENT: comment_message,
    MailKind.LIST: list_message,
    MailKind.DAILY: digest_message,
    MailKind.WEEKLY: digest_message,
    MailKind.ANSWER: answer_message,
}


def preview_of(mail: OutgoingMail, *, now: datetime) -> Message | None:
    """The same for who may see the email but not the links of its reader: it ends where they begin."""
    message = MAKERS[mail.kind](mail, now=now)
    return replace(message, text=message.text.partition(FOOT)[0], html="") if isinstance(message, Message) else None


def message_of(mail: OutgoingMail, *, now: datetime) -> Message | Deferred | None:
    """What an email says now; None if there is nothing to say any more, Deferred if a digest says it."""
    return MAKERS[mail.kind](mail, now=now)
