"""The one place by which email leaves: it keeps back what a restored copy would send in the original's name."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from forum.mail import confirmations

logger = logging.getLogger(__name__)


def do_nothing() -> None:
    pass


class _SaysWhenTextLeaves:
    """Until the DATA command nothing can have been delivered; from then on the mail server may have taken the text."""

    before_data: Callable[[], None] = staticmethod(do_nothing)

    def data(self, msg: Any) -> Any:
        self.before_data()
        return super().data(msg)  # type: ignore[misc]


class _Plain(_SaysWhenTextLeaves, smtplib.SMTP):
    pass


class _Encrypted(_SaysWhenTextLeaves, smtplib.SMTP_SSL):
    pass


class Smtp(smtp.EmailBackend):
    """Django's, which says when the text of an email begins to leave."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain


class UnlessRestored(BaseEmailBackend):
    """Sends by the backend that EMAIL_URL names, but nothing from a restored copy that nobody has confirmed."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        made: type[BaseEmailBackend] = import_string(settings.EMAIL_SENT_BY)
        self.backend = (Smtp if made is smtp.EmailBackend else made)(fail_silently=fail_silently, **options)

    def open(self) -> bool | None:
        return self.backend.open()

    def close(self) -> None:
        self.backend.close()

    def send_messages(self, email_messages: Any) -> int:
        if confirmations.unconfirmed() is not None:
            logger.warning("An email was held back: this is a restored copy. See manage.py confirm_restore.")
            return 0
        return int(self.backend.send_messages(email_messages) or 0)

    def tell_before_data(self, tell: Callable[[], None]) -> None:
        """Calls `tell` when the text of the next email begins to leave; at once where nobody can know that."""
        line = getattr(self.backend, "connection", None)
        if isinstance(line, _SaysWhenTextLeaves):
            line.before_data = tell
        else:
            tell()
