"""Makes a restored copy the site: email leaves again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from forum.backup.restored import confirm_restoration
from forum.mail.confirmations import unsent_mail
from forum.mail.sending import MOST_TRIES


class Command(BaseCommand):
    help = "Confirms that this restored copy is now the live site, and turns email back on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drop-owed",
            action="store_true",
            help="do not send the emails that were queued in the backup (the old site has already sent them)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not confirm_restoration(without_owed=options["drop_owed"], now=timezone.now()):
            self.stdout.write("Nothing to confirm: email is already on.")
            return
        waiting = unsent_mail(most_tries=MOST_TRIES)
        self.stdout.write(f"Confirmed. Email is on again, and {waiting} emails are queued.")
