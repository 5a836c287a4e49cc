"""Takes emails that come in: one from a mail server's pipe, or those that wait in a mailbox."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from forum.mail import confirmations
from forum.mail.incoming.accept import receive
from forum.mail.incoming.imap import MailboxAway, fetch_mail
from forum.mail.incoming.parse import LARGEST, blackened

TRY_AGAIN = getattr(os, "EX_TEMPFAIL", 75)  # mail servers keep an email and bring it again
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Takes an email from standard input, as mail servers hand it over, and posts it as a reply or a thread. With "
        "--imap it takes the unread emails of the mailbox at IMAP_URL."
    )
    requires_system_checks = []  # for each email

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--imap", action="store_true", help="fetch from the mailbox at IMAP_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.INCOMING_EMAIL:
            raise CommandError("Set INCOMING_EMAIL to the address whose emails come in.", returncode=TRY_AGAIN)
        if options["imap"]:
            self._fetch()
            return
        try:
            if confirmations.unconfirmed() is not None:
                raise CommandError("This is a restored copy. See manage.py confirm_restore.", returncode=TRY_AGAIN)
            state = receive(sys.stdin.buffer.read(LARGEST), now=timezone.now())
        except CommandError:
            raise
        except Exception as error:
            # Whatever it was, the email must not be lost: the mail server keeps it and tries again for some days.
            logger.exception("An email could not be taken")
            said = blackened(str(error))
            raise CommandError(f"The email could not be taken: {said}", returncode=TRY_AGAIN) from error
        if options["verbosity"] > 1:
            self.stdout.write(state)

    def _fetch(self) -> None:
        if not settings.IMAP_URL:
            raise CommandError("Set IMAP_URL to the mailbox that emails come to.")
        if confirmations.unconfirmed() is not None:
            raise CommandError("This is a restored copy. See manage.py confirm_restore.")
        try:
            self.stdout.write(f"{fetch_mail()} taken")
        except MailboxAway as away:
            raise CommandError(str(away)) from away
