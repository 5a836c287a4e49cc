"""Loads the demonstration event."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from forum.exchange.demonstration import account_lines, is_own_machine, load_demo


class Command(BaseCommand):
    help = "Loads the demonstration event (Baku 2012). It can be run again without duplicates."

    def handle(self, *args: Any, **options: Any) -> None:
        on_own_machine = is_own_machine(settings.SITE_HOST)
        event = load_demo(with_accounts=on_own_machine)
        self.stdout.write(f"The demonstration event is at {settings.SITE_URL}/{event.slug}/")
        if not on_own_machine:
            self.stdout.write(
                "Nobody can log in to its accounts, because their password is public and SITE_URL is not this machine."
            )
        for line in account_lines():
            self.stdout.write(line)
