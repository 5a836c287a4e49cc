"""Does what is due: for servers that were not started by `manage.py serve`, from a timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from forum.database.outage import is_outage
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.isolation import SomeFailed


class Command(BaseCommand):
    help = "Runs scheduled closings and sends emails that are due. `manage.py serve` does this automatically."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(f"{run_due_jobs(now=timezone.now())} done")
        except SomeFailed as failed:
            raise CommandError("Some tasks that were due failed; see the server log. The others are done.") from failed
        except Exception as error:
            if not is_outage(error):
                raise
            why = " ".join(str(error).split())
            raise CommandError(f"Stopped, because the database cannot be used: {why}") from error
