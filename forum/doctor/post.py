"""The mail server: each function returns its problems, as sentences that say what to do."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import get_connection

from forum.mail.message import Message
from forum.mail.sending import MailLine

PATIENCE = 5  # seconds for a service to answer
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_problems() -> list[str]:
    """A mail server that does not accept our emails."""
    if settings.EMAIL_SENT_BY != SMTP:
        return []
    line = get_connection(settings.EMAIL_SENT_BY, timeout=PATIENCE)
    try:
        line.open()
        line.close()
    except OSError as error:  # SMTPException is one, too
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return [f"The mail server {where} cannot be used: {reason}. Check EMAIL_URL, and that the server is running."]
    return []


def mail_warnings() -> list[str]:
    """Mail that reaches nobody."""
    if settings.EMAIL_SENT_BY == SMTP:
        return []
    return ["Email is only printed or stored, so nobody can confirm an address. Set EMAIL_URL to a mail server."]


def send_test_email(address: str) -> None:
    """Raises OSError if the mail server does not take it."""
    text = f"This is a test email of Parley at {settings.SITE_URL}. If you can read it, emails arrive.\n"
    line = MailLine()
    try:
        line.send(Message(to=address, subject="Test email of Parley", text=text), before_data=lambda: None)
    finally:
        line.close()
