"""Says what is wrong with this site, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from forum.doctor.examine import Level, examine
from forum.doctor.post import send_test_email


class Command(BaseCommand):
    requires_system_checks = []  # they are among what is examined
    help = "Checks settings, services, folders and data, and reports problems and how to fix them. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--test-email", metavar="ADDRESS", help="only send a test email to this address")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["test_email"]:
            return self._send_test(options["test_email"])
        findings = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(f"{finding.level:8} {finding.about:11} {finding.sentence}".rstrip())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=1))
        if any(finding.level == Level.FAILURE for finding in findings):
            sys.exit(1)

    def _send_test(self, address: str) -> None:
        """Raises CommandError if the address is none, or the mail server does not take the email."""
        try:
            validate_email(address)
            send_test_email(address)
        except ValidationError:
            raise CommandError(f"{address} is not an email address.") from None
        except OSError as error:  # SMTPException is one, too
            raise CommandError(f"The test email was not sent: {error}") from error
        self.stdout.write(f"A test email has been sent to {address}. See whether it arrives, and not among the spam.")
