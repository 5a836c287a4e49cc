"""What comes of a report that an email was not delivered."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import Message
from smtplib import SMTPRecipientsRefused

from forum.mail.actions.bounces import note_bounce
from forum.mail.bounce_reports import LONGEST_SAID, read_report

# RFC 3463: no such mailbox or domain, an address that cannot be one, a mailbox that moved or is closed. Not 5.7, by
# which a server refuses the email and not the address.
NO_MAILBOX = re.compile(r"\b5\.(?:1\.(?:1|2|3|6|10)|2\.1)\b")


def take_report(message: Message, person_id: int, *, now: datetime) -> None:
    """Notes what a report to somebody's bounce address says. Anything else that comes there changes nothing."""
    report = read_report(message)
    if report is not None:
        note_bounce(person_id, is_hard=report.is_hard, said=report.said, now=now)


def take_refusal(error: Exception, person_id: int | None, *, now: datetime) -> None:
    """The same for what our own mail server says at once."""
    if person_id is None or not isinstance(error, SMTPRecipientsRefused):
        return
    for _code, answer in error.recipients.values():
        said = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
        if NO_MAILBOX.search(said):
            note_bounce(person_id, is_hard=True, said=" ".join(said.split())[:LONGEST_SAID], now=now)
