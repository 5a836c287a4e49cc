"""The one place by which email leaves: it keeps back what a restored copy would send in the original's name."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from forum.mail import confirmations

logger = logging.getLogger(__name__)


class UnlessRestored(BaseEmailBackend):
    """Sends by the backend that EMAIL_URL names, but nothing from a restored copy that nobody has confirmed."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.backend = import_string(settings.EMAIL_SENT_BY)(fail_silently=fail_silently, **options)

    def open(self) -> bool | None:
        return self.backend.open()

    def close(self) -> None:
        self.backend.close()

    def send_messages(self, email_messages: Any) -> int:
        if confirmations.unconfirmed() is not None:
            logger.warning("An email was held back: this is a restored copy. See manage.py confirm_restore.")
            return 0
        return int(self.backend.send_messages(email_messages) or 0)
