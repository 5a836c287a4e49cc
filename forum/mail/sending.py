"""Sends the emails that are due."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils import timezone

from forum.dialogue import fragments
from forum.dialogue.actions.outgoing_mail import release_for_retry
from forum.dialogue.queries import notices
from forum.kernel.isolation import for_each
from forum.mail import confirmations
from forum.models import OutgoingMail

AGAIN_AFTER = timedelta(minutes=5)  # until an email that did not leave is tried again, twice as long each time
MOST_TRIES = 8  # over some ten hours; then an email is left as it is, and the server's log says so
REFUSED = (SMTPResponseException, SMTPRecipientsRefused)  # the mail server itself says that it did not take it
AT_ONCE = 100  # emails in one round

logger = logging.getLogger(__name__)


def send_due_mail(*, now: datetime) -> int:
    """Sends what is due and returns how many left. Raises SomeFailed if some could not even be written.

    An email is claimed by one statement before it is sent, and no lock is held meanwhile: a slow mail server keeps
    nobody from writing, and of several servers one sends it. What happened is written down after it; if the server dies
    in between, nobody knows whether the email left. It is not sent again by itself: the administration shows it.
    """
    if confirmations.unconfirmed() is not None:
        return 0  # a try that cannot send would use up the few that an email has
    due = OutgoingMail.objects.to_send().filter(due_at__lte=now, tries__lt=MOST_TRIES).order_by("due_at")
    rows = list(due.values_list("pk", "tries")[:AT_ONCE])
    return for_each(rows, lambda row: int(_claim(*row) and _send(row[0])), named=lambda row: f"Email {row[0]}")


def _claim(mail_id: int, tries: int) -> bool:
    """Claims the email for this server. False if another try has begun since it was read."""
    now = timezone.now()  # those before it may have taken longer than any email should
    rows = OutgoingMail.objects.to_send().filter(pk=mail_id, tries=tries)
    return rows.update(tries=F("tries") + 1, due_at=now + AGAIN_AFTER * 2**tries, sending_since=now) == 1


def _send(mail_id: int) -> bool:
    rows = OutgoingMail.objects.filter(pk=mail_id)
    is_certain = True  # that it did not leave
    try:
        notice = notices.notice_of(mail_id)
        if notice is None:
            rows.delete()
            return False
        text = fragments.notice_text(notice | {"site": settings.SITE_URL})
        with get_connection() as line:  # what fails here has sent nothing
            is_certain = False
            EmailMessage(f"Parley: {notice['subject']}", text, None, [notice["email"]], connection=line).send()
            rows.update(sent_at=timezone.now(), sending_since=None)
    except REFUSED as error:
        is_certain = True
        logger.warning("Email %s did not leave: %s", mail_id, error)
        return False
    except (SMTPException, OSError) as error:
        words = "did not leave" if is_certain else "may have left, and is not tried again"
        logger.warning("Email %s %s: %s", mail_id, words, error)
        return False
    finally:
        if is_certain and not release_for_retry(rows):
            rows.delete()  # a newer one took its place, and says all that this one would
    return True
