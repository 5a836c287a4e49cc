"""Lets go of who sent reports of illegal content."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from forum.actions.reports import forget_reporters
from forum.choices import REPORTER_KEPT


class Command(BaseCommand):
    help = f"Deletes name and address of whoever sent a report that was answered {REPORTER_KEPT.days} days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget_reporters(now=timezone.now())} reporters forgotten.")
