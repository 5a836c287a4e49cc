"""Puts a backup into the database and the folder for files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.utils import timezone

from forum.backup.format import BackupError
from forum.backup.restore import check_archive, restore, why_not_restore
from forum.doctor.readiness import database_problems
from forum.management.progress import bar


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Restores a backup into the configured database and folder; it may come from SQLite or PostgreSQL. "
        "Stop the server first. The restored copy sends no email until you run `manage.py confirm_restore`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="delete all existing data first")
        parser.add_argument("--quiet", action="store_true", help="print nothing unless there is a problem")

    def handle(self, *args: Any, **options: Any) -> None:
        file, quiet = options["file"], options["quiet"]
        for problem in database_problems():  # by a plain connection: the pool would try for half a minute
            raise CommandError(problem)
        try:
            manifest = check_archive(file)
            if (no := why_not_restore(manifest, replace=options["replace"])) is not None:
                raise CommandError(no)
            total = sum(member.count for member in manifest.rows.values()) + len(manifest.files)
            with bar(total, unit=" rows", quiet=quiet) as shown:
                worth_knowing = restore(file, manifest, now=timezone.now(), step=shown.update)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {str(error).strip().splitlines()[0]}") from error
        for sentence in [*worth_knowing, *(f"The backup did not contain {path}." for path in manifest.missing)]:
            self.stderr.write(sentence)
        if not quiet:
            self.stdout.write(f"Restored: {total} rows and files, as of {manifest.made_at[:16]} UTC.")
            self.stdout.write("This copy sends no email until you run: manage.py confirm_restore")
