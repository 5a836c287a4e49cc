"""How each kind of email is made, at the moment when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from forum.kernel.outbox import MailKind
from forum.mail.comment_mail import comment_message
from forum.mail.incoming.answers import answer_message
from forum.mail.lists import list_message
from forum.mail.message import Message
from forum.mail.notice_mail import notice_message
from forum.models import OutgoingMail

Maker = Callable[..., Message | None]  # (mail, now=…); None if it is not sent after all
MAKERS: dict[str, Maker] = {
    MailKind.NOTICE: notice_message,
    MailKind.COMMENT: comment_message,
    MailKind.LIST: list_message,
    MailKind.ANSWER: answer_message,
}


def message_of(mail_id: int, *, now: datetime) -> Message | None:
    """What an email says now; None if there is nothing to say any more."""
    mail = OutgoingMail.objects.select_related("person", "entry").get(pk=mail_id)
    return MAKERS[mail.kind](mail, now=now)
