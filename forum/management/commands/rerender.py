"""Renders texts anew after the renderer has changed."""

from typing import Any

from django.core.management.base import BaseCommand

from forum.dialogue.actions.repair import older_texts, rerender
from forum.kernel.errors import TextRefused


class Command(BaseCommand):
    help = "Renders again every text made by an older renderer."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for version_id in older_texts():
            try:
                rerender(version_id)
                done += 1
            except TextRefused as error:
                self.stderr.write(f"version {version_id} was left unchanged: {error.sentence}")
        self.stdout.write(f"{done} texts rendered again.")
