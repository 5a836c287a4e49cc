"""Sends the e-mails that are due."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F

from forum import fragments
from forum.models import Letter
from forum.queries import notices

MOST_TRIES = 5  # then a letter is left as it is; the log says so
AT_ONCE = 100  # letters in one round

logger = logging.getLogger(__name__)


def send_letters(*, now: datetime) -> int:
    """Sends what is due, each in a transaction of its own, and returns how many left.

    Several servers may do so at the same time: a letter that one of them sends is skipped by the others.
    """
    due = Letter.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES).order_by("due_at")
    return sum(_send(letter_id, now) for letter_id in due.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _send(letter_id: int, now: datetime) -> bool:
    rows = Letter.objects.filter(pk=letter_id, sent_at=None)
    if not rows.select_for_update(skip_locked=True).exists():
        return False
    notice = notices.of_letter(letter_id)
    if notice is None:
        rows.delete()
        return False
    text = fragments.letter_text(notice | {"site": settings.SITE_URL})
    try:
        send_mail(f"Parley: {notice['subject']}", text, None, [notice["email"]])
    except (SMTPException, OSError) as error:
        rows.update(tries=F("tries") + 1)
        logger.warning("Letter %s did not leave: %s", letter_id, error)
        return False
    rows.update(sent_at=now)
    return True
