"""Proves that every comment stands where its parent says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.actions.repair import renumber_thread
from forum.queries.trees import flaws


class Command(BaseCommand):
    help = "Compares every tree with its parents and every tombstone with its replies. --repair puts them right."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="renumber the threads in which something is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(flaws())
        for flaw in found:
            self.stdout.write(f"thread {flaw.thread_id}: {flaw.sentence}")
        if options["repair"]:
            for thread_id in sorted({flaw.thread_id for flaw in found}):
                renumber_thread(thread_id)
            found = list(flaws())
        if found:
            raise CommandError(f"{len(found)} comments are not sound.")
        self.stdout.write("Every tree is sound.")
