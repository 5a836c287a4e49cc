"""Builds the search index anew, thread by thread."""

from typing import Any

from django.core.management.base import BaseCommand

from forum.dialogue.actions.repair import every_thread, reindex_thread


class Command(BaseCommand):
    help = "Rebuilds the search index. Only needed after a change in how words are indexed."

    def handle(self, *args: Any, **options: Any) -> None:
        threads = every_thread()
        for thread_id in threads:
            reindex_thread(thread_id)
        self.stdout.write(f"{len(threads)} threads indexed.")
