"""Does what is due: for servers that were not started by `manage.py serve`, from a timer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from forum.jobs.rounds import do_due


class Command(BaseCommand):
    help = "Carries out plans and sends letters that are due. `manage.py serve` does so by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{do_due(now=timezone.now())} done")
