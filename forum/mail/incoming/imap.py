"""Fetches emails from a mailbox (IMAP, RFC 3501)."""

from __future__ import annotations

import imaplib
import logging
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from forum.database.outage import is_outage
from forum.kernel.errors import Refused
from forum.mail.incoming.accept import TryAgain, receive
from forum.mail.incoming.parse import LARGEST

TIMEOUT = 20  # seconds in which the mail server has to answer
AT_ONCE = 100  # emails in one visit
# Not read, and not put aside: what made the program fail stays in the mailbox with a flag.
WAITING = "UNSEEN UNFLAGGED UNDELETED"
logger = logging.getLogger(__name__)


class MailboxAway(Exception):
    """The mailbox cannot be read just now, or its address or password is wrong."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where emails come in, as IMAP_URL says."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    is_encrypted: bool

    @classmethod
    def of(cls, url: str) -> Mailbox:
        parts = urlsplit(url)
        is_encrypted = parts.scheme == "imaps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (993 if is_encrypted else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            is_encrypted=is_encrypted,
        )


def fetch_mail(mailbox: Mailbox | None = None) -> int:
    """Takes the unread emails of the mailbox, oldest first; returns how many. Raises MailboxAway.

    An email is marked as read after what came of it is stored. If the server dies in between, it comes again and
    changes nothing. One that makes the program fail is flagged, stays unread, and is not tried again.
    """
    mailbox = mailbox or Mailbox.of(settings.IMAP_URL)
    taken = 0
    try:
        with _opened(mailbox) as line:
            for uid in _waiting(line):
                if (raw := _fetched(line, uid)) is None:
                    continue  # another program has moved it meanwhile
                is_taken = _take(raw, uid, now=timezone.now())
                line.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)" if is_taken else r"(\Flagged)")
                taken += is_taken
    except TryAgain:
        logger.info("Emails wait in the mailbox, because the server is busy.")
    except (imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
        if is_outage(error):
            raise
        raise MailboxAway(f"The mailbox at {mailbox.host} cannot be read: {error}") from error
    return taken


def _opened(mailbox: Mailbox) -> imaplib.IMAP4:
    """Logged in, with the folder open."""
    line: imaplib.IMAP4
    if mailbox.is_encrypted:
        context = ssl.create_default_context()
        line = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=TIMEOUT)
    else:
        line = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    try:
        line.login(mailbox.user, mailbox.password)
        answer, _said = line.select(f'"{mailbox.folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error(f"the folder {mailbox.folder} cannot be opened")
    except BaseException:
        with suppress(imaplib.IMAP4.error, OSError):
            line.logout()
        raise
    return line


def _waiting(line: imaplib.IMAP4) -> list[str]:
    _, found = line.uid("SEARCH", WAITING)
    return (found[0] or b"").decode().split()[:AT_ONCE]


def _fetched(line: imaplib.IMAP4, uid: str) -> bytes | None:
    """An email, still unread; of a very large one the beginning, which is enough to refuse it."""
    _, found = line.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next((part[1] for part in found if isinstance(part, tuple)), None)


def _take(raw: bytes, uid: str, *, now: datetime) -> bool:
    """Whether it was taken; False if the program failed. Raises TryAgain and what the database raises while away."""
    try:
        state = receive(raw, now=now)
    except (TryAgain, Refused):
        raise
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("Email %s of the mailbox could not be taken", uid)
        return False
    logger.info("Email %s of the mailbox: %s", uid, state)
    return True
