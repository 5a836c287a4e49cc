"""Lets go of files that were added and never sent."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from forum.dialogue.actions.attachments import prune_unsent


class Command(BaseCommand):
    help = "Deletes files that were uploaded but never sent with a comment, unless a draft still uses them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="minimum age in days (default: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = prune_unsent(before=timezone.now() - timedelta(days=options["days"]))
        self.stdout.write(f"{count} unsent files deleted.")
