"""Builds the search index anew, thread by thread."""

from typing import Any

from django.core.management.base import BaseCommand

from forum.actions.repair import every_thread, reindex_thread


class Command(BaseCommand):
    help = "Builds the search index anew; needed only after a change of how words are indexed."

    def handle(self, *args: Any, **options: Any) -> None:
        threads = every_thread()
        for thread_id in threads:
            reindex_thread(thread_id)
        self.stdout.write(f"{len(threads)} threads indexed.")
