"""Proves that an archive can be restored: restores it elsewhere, takes that to pieces again, and compares."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from forum.backup.format import BackupError, Manifest
from forum.backup.restore import check_archive


def verify_backup(source: Path) -> Manifest:
    """Restores into SQLite in a folder of its own, by the same commands that people use, and makes an archive of what
    is there then. Both must hold the same rows and files. Raises BackupError."""
    manifest = check_archive(source)
    with tempfile.TemporaryDirectory(prefix="parley-verify-", dir=source.resolve().parent) as name:
        folder = Path(name)
        second = folder / "second.tar.gz"
        _manage("restore", str(source.resolve()), "--quiet", folder=folder)
        _manage("backup", str(second), "--quiet", folder=folder)
        again = check_archive(second)
    for what, had, has in (("rows of", manifest.rows, again.rows), ("file", manifest.files, again.files)):
        for key in sorted(had.keys() | has.keys()):
            if had.get(key) != has.get(key):
                raise BackupError(f"{source} failed the test restore: {what} {key} differ.")
    return manifest


def _manage(*arguments: str, folder: Path) -> None:
    """With the same settings, except for where data are: nothing of the site itself is touched."""
    elsewhere = {
        "DATABASE_URL": f"sqlite:///{folder / 'scratch.sqlite3'}",
        "FILES_FOLDER": str(folder),
        "REDIS_URL": "",
        "WEB_CONCURRENCY": "1",
    }
    ended = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=os.environ | elsewhere, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise BackupError(f"The test restore failed: {said[-1] if said else ended.returncode}")
