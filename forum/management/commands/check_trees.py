"""Proves that every comment stands where its parent says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.dialogue.actions.repair import rebuild_tree
from forum.dialogue.queries.trees import flaws


class Command(BaseCommand):
    help = "Checks that every comment tree and every tombstone is consistent. --repair corrects them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="renumber the threads that have errors")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(flaws())
        for flaw in found:
            self.stdout.write(f"thread {flaw.thread_id}: {flaw.sentence}")
        if options["repair"]:
            for thread_id in sorted({flaw.thread_id for flaw in found}):
                rebuild_tree(thread_id)
            found = list(flaws())
        if found:
            raise CommandError(f"{len(found)} comments are inconsistent. Run manage.py check_trees --repair.")
        self.stdout.write("Every tree is consistent.")
