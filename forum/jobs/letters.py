"""Sends the e-mails that are due."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F

from forum import fragments
from forum.models import Letter
from forum.queries import notices

AGAIN_AFTER = timedelta(minutes=5)  # until a letter that did not leave is tried again, twice as long each time
MOST_TRIES = 8  # over some ten hours; then a letter is left as it is, and the server's log says so
AT_ONCE = 100  # letters in one round

logger = logging.getLogger(__name__)


def send_letters(*, now: datetime) -> int:
    """Sends what is due and returns how many left.

    A letter is claimed by one statement before it is sent, and no lock is held meanwhile: a slow mail server keeps
    nobody from writing. Of several servers one claims it; if that one dies, the letter is due again later.
    """
    due = Letter.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES).order_by("due_at")
    rows = list(due.values_list("pk", "tries")[:AT_ONCE])
    return sum(_send(letter_id, now) for letter_id, tries in rows if _claim(letter_id, tries, now))


def _claim(letter_id: int, tries: int, now: datetime) -> bool:
    """Whether the letter is this server's to send: nobody else has tried since it was looked up."""
    rows = Letter.objects.filter(pk=letter_id, sent_at=None, tries=tries)
    return rows.update(tries=F("tries") + 1, due_at=now + AGAIN_AFTER * 2**tries) == 1


def _send(letter_id: int, now: datetime) -> bool:
    rows = Letter.objects.filter(pk=letter_id)
    notice = notices.of_letter(letter_id)
    if notice is None:
        rows.delete()
        return False
    text = fragments.letter_text(notice | {"site": settings.SITE_URL})
    try:
        send_mail(f"Parley: {notice['subject']}", text, None, [notice["email"]])
    except (SMTPException, OSError) as error:
        logger.warning("Letter %s did not leave: %s", letter_id, error)
        return False
    rows.update(sent_at=now)
    return True
