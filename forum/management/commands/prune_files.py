"""Lets go of files that were added and never sent."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from forum.actions.attachments import prune_unsent


class Command(BaseCommand):
    help = "Deletes files that were added to a comment which was never sent, unless a draft still holds them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how old they must be (default: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = prune_unsent(before=timezone.now() - timedelta(days=options["days"]))
        self.stdout.write(f"{count} unsent files deleted.")
