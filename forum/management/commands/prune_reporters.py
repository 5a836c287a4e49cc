"""Lets go of who sent reports of illegal content."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from forum.kernel.choices import REPORTER_KEPT
from forum.moderation.actions.reports import forget_reporters


class Command(BaseCommand):
    help = f"Deletes the reporter's name and address from reports that were decided {REPORTER_KEPT.days} days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_reporters(now=timezone.now())} names and addresses of reporters deleted.")
