"""Sends the emails that are due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone, translation

from forum.dialogue.actions.outgoing_mail import release
from forum.kernel.isolation import for_each
from forum.mail import confirmations
from forum.mail.actions.digests import ContentChanged, begin_data, defer, note_sent
from forum.mail.backend import UnlessRestored
from forum.mail.bounces import take_refusal
from forum.mail.kinds import message_of
from forum.mail.message import Deferred, Message
from forum.models import OutgoingMail

AGAIN_AFTER = timedelta(minutes=5)  # until an email that did not leave is tried again, twice as long each time
MOST_TRIES = 8  # over some ten hours; then an email is left as it is, and the server's log says so
REFUSED = (SMTPResponseException, SMTPRecipientsRefused)  # the mail server itself says that it did not take it
FAILED = (SMTPException, OSError, ContentChanged)
AT_ONCE = 100  # emails in one round

logger = logging.getLogger(__name__)


def send_due_mail(*, now: datetime) -> int:
    """Sends what is due and returns how many left. Raises SomeFailed if some could not even be written.

    An email is claimed by one statement before it is made, and no lock is held meanwhile: a slow mail server keeps
    nobody from writing, and of several servers one sends it. Another statement notes that its text begins to leave, and
    a third that it left. If the server dies before the second, the email is sent by another one; if it dies between
    the second and the third, nobody knows whether it left: it is not sent again by itself, and the administration
    shows it. All emails of a round leave by one connection.
    """
    if confirmations.unconfirmed() is not None:
        return 0  # a try that cannot send would use up the few that an email has
    for abandoned in OutgoingMail.objects.abandoned(now=now).values_list("pk", flat=True):
        release(OutgoingMail.objects.abandoned(now=now).filter(pk=abandoned))
    due = OutgoingMail.objects.to_send().filter(due_at__lte=now, tries__lt=MOST_TRIES).order_by("due_at")
    rows = list(due.values_list("pk", "tries")[:AT_ONCE])
    line = MailLine()
    try:
        return for_each(rows, lambda row: int(_claim(*row) and _send(row[0], line)), named=_named)
    finally:
        line.close()


def _named(row: tuple[int, int]) -> str:
    return f"Email {row[0]}"


class MailLine:
    """The connection to the mail server, opened for the first email of a round and again after a failure."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, message: Message, *, before_data: Callable[[], None]) -> None:
        """Calls `before_data` before the text begins to leave. Raises OSError if the mail server cannot be reached, or
        what smtplib says, or ContentChanged; after any of these the next email opens a new connection."""
        try:
            connection = self._opened()
            made = message.made_for(connection)
            if isinstance(connection, UnlessRestored):
                connection.tell_before_data(before_data)
            else:
                before_data()
            made.send()
        except FAILED:
            self.close()
            raise

    def _opened(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _claim(mail_id: int, tries: int) -> bool:
    """Claims the email for this server. False if another try has begun since it was read."""
    now = timezone.now()  # those before it may have taken longer than any email should
    rows = OutgoingMail.objects.to_send().filter(pk=mail_id, tries=tries)
    return rows.update(tries=F("tries") + 1, due_at=now + AGAIN_AFTER * 2**tries, sending_since=now) == 1


def _send(mail_id: int, line: MailLine) -> bool:
    rows = OutgoingMail.objects.filter(pk=mail_id)
    claimed = [mail_id]
    taken: tuple[int, ...] = ()  # other emails, whose content this one carries
    is_certain = True  # that it did not leave

    def text_leaves() -> None:
        nonlocal is_certain
        begin_data(mail_id, taken, now=timezone.now())
        claimed.extend(taken)
        is_certain = False

    try:
        mail = OutgoingMail.objects.select_related("person", "entry").get(pk=mail_id)
        with translation.override(settings.LANGUAGE_CODE):  # the language of everybody who reads the pages
            message = message_of(mail, now=timezone.now())
        if message is None:
            rows.delete()
            return False
        if isinstance(message, Deferred):
            defer(mail, message.name, now=timezone.now())
            return False
        taken = message.taken
        line.send(message, before_data=text_leaves)
        note_sent(mail_id, taken, message.told, now=timezone.now())
    except REFUSED as error:
        is_certain = True
        logger.warning("Email %s was not sent: %s", mail_id, error)
        take_refusal(error, rows.values_list("person", flat=True).get(), now=timezone.now())
        return False
    except FAILED as error:
        words = "was not sent" if is_certain else "may have been sent, and will not be retried"
        logger.warning("Email %s %s: %s", mail_id, words, error)
        return False
    finally:
        if is_certain:
            for each in claimed:
                release(OutgoingMail.objects.filter(pk=each))
    return True
