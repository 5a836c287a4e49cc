"""Writes the database and the files of comments to one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.utils import timezone

from forum.backup.format import BackupError
from forum.backup.take import take_backup, work_to_do
from forum.backup.verify import verify_backup
from forum.doctor.readiness import present_database_problems
from forum.management.progress import bar


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Writes the database and all attached files to one backup file, even while the site is in use. It can be "
        "restored on SQLite and PostgreSQL. It contains email addresses and password hashes, so keep it private."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, such as parley-2026-03-02.tar.gz")
        parser.add_argument(
            "--verify", action="store_true", help="then restore it into a temporary database and compare"
        )
        parser.add_argument("--quiet", action="store_true", help="print nothing unless there is a problem")

    def handle(self, *args: Any, **options: Any) -> None:
        file, quiet = options["file"], options["quiet"]
        for problem in present_database_problems():  # by a plain connection: the pool would try for half a minute
            raise CommandError(problem)
        try:
            with bar(work_to_do(), unit=" rows", quiet=quiet) as shown:
                manifest = take_backup(file, now=timezone.now(), step=shown.update)
            if options["verify"]:
                verify_backup(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {str(error).strip().splitlines()[0]}") from error
        for path in manifest.missing:
            self.stderr.write(f"A comment refers to the file {path}, which is missing from the folder.")
        if not quiet:
            rows = sum(member.count for member in manifest.rows.values())
            is_proved = " Verified: a test restore gave the same data." if options["verify"] else ""
            self.stdout.write(f"{file}: {rows} rows and {len(manifest.files)} files.{is_proved}")
