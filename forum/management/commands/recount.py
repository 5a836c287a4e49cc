"""Counts the public comments anew."""

from typing import Any

from django.core.management.base import BaseCommand

from forum.dialogue.actions.repair import recount_theme
from forum.dialogue.queries.themes import all_ids


class Command(BaseCommand):
    help = "Recounts the comments and threads of every theme and corrects wrong counts."

    def handle(self, *args: Any, **options: Any) -> None:
        corrected = [theme_id for theme_id in all_ids() if recount_theme(theme_id)]
        self.stdout.write(f"Themes corrected: {', '.join(map(str, corrected)) or 'none'}")
