"""Says what is wrong with this site, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from forum.doctor.examine import Level, examine


class Command(BaseCommand):
    requires_system_checks = []  # they are among what is examined
    help = "Checks settings, services, folders and data, and reports problems and how to fix them. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(f"{finding.level:8} {finding.about:11} {finding.sentence}".rstrip())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=1))
        if any(finding.level == Level.FAILURE for finding in findings):
            sys.exit(1)
