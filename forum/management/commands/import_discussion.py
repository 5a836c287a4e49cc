"""Imports a discussion held elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from forum.dialogue.queries import themes
from forum.exchange.discussions import import_discussion
from forum.exchange.entry import Unreadable

LONG = 100  # comments from which on a progress bar is worth its lines


class Command(BaseCommand):
    help = "Imports a WordPress export (WXR) or a mailbox (mbox) into a theme. It can be run again without duplicates."

    requires_system_checks = ()  # they load every page of the site, which takes longer than many an import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--theme", required=True, metavar="EVENT/THEME", help="for example baku-2012/principles")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        event_slug, _, theme_slug = options["theme"].partition("/")
        try:
            theme = themes.get(AnonymousUser(), event_slug, theme_slug)
            report = import_discussion(theme, options["file"], progress=self.progress)
        except ObjectDoesNotExist as error:
            raise CommandError(f"There is no theme {options['theme']}. Name it as event/theme.") from error
        except (OSError, Unreadable) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        self.stdout.write(f"{report.new} comments imported, {report.known} were there already.")
        for title, rows in (("Skipped", report.broken), ("Warnings", report.notices)):
            if rows:
                self.stdout.write(f"{title} ({len(rows)}):")
            for row in rows:
                self.stdout.write(f"  {row.where}: {row.reason}")

    def progress(self, entries: list[Any]) -> Any:
        is_hidden = len(entries) < LONG or not sys.stderr.isatty()
        return tqdm(entries, unit="comment", disable=is_hidden)
