"""Makes an archive while people go on writing."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import connection, connections

from forum.backup.databases import one_moment
from forum.backup.format import CHUNK, LARGEST_MANIFEST, MANIFEST, BackupError, Manifest, Member, rows_path
from forum.backup.rows import carried, dump
from forum.dialogue.models.attachment import content_path, thumbnail_path
from forum.kernel import schema
from forum.models import Attachment

Step = Callable[[int], Any]  # told how much was done


def product_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def work_to_do() -> int:
    """About how many rows and files there are. Raises BackupError."""
    check_schema(schema.applied())
    rows = sum(model._base_manager.count() for model in carried(apps))
    return rows + Attachment.objects.count()


def check_schema(have: frozenset[schema.Name]) -> None:
    """Raises BackupError if the tables are not those of this version: it would not know what it writes."""
    state = schema.compare(have)
    if state.foreign:
        name = schema.named(state.foreign)
        raise BackupError(f"The database belongs to a newer version of Parley ({name}). Install that version first.")
    if state.lost:
        raise BackupError(schema.too_old(state.lost))
    if state.pending:
        raise BackupError(f"The database is not up to date ({schema.named(state.pending)}). Run manage.py migrate.")


def take_backup(target: Path, *, now: datetime, step: Step) -> Manifest:
    """Writes the database, as it is at one moment, and the files of that moment to a new file of its owner alone.

    What people add to comments never changes, and lies there before its row does: all files of the moment are there,
    except for unsent ones that somebody takes out meanwhile; these are left out with their rows. Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} already exists. Choose another file name.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        sentence = (
            f"{unfinished} exists: another backup is running, or one was interrupted. If none is running, delete it."
        )
        raise BackupError(sentence) from error
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            manifest = _written(file, target.parent, now=now, step=step)
            file.flush()
            os.fsync(file.fileno())
        with target.open("xb"):  # a file that appeared meanwhile is not written over; a hard link not every disk has
            pass
        unfinished.rename(target)
    except FileExistsError as error:
        raise BackupError(f"{target} has since been created. Choose another file name.") from error
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {error}") from error
    except DatabaseError as error:
        raise BackupError(f"The database cannot be read: {str(error).strip().splitlines()[0]}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _written(file: IO[bytes], folder: Path, *, now: datetime, step: Step) -> Manifest:
    with one_moment() as using:
        have = schema.applied(connections[using])
        check_schema(have)
        manifest = Manifest(
            version=product_version(),
            made_at=now.astimezone(UTC).isoformat(),
            database=connection.vendor,
            migrations=[list(name) for name in sorted(have)],
        )
        with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6) as packed, tarfile.open(
            fileobj=packed, mode="w", format=tarfile.PAX_FORMAT
        ) as archive:  # fmt: skip
            gone = _add_files(archive, manifest, using, step)
            for model in carried(apps):
                lines = dump(model, using, leave_out=gone if model is Attachment else [])
                # By way of a file without a name: an archive says of each member beforehand how long it is.
                with tempfile.TemporaryFile(dir=folder) as spool:
                    _add_rows(archive, manifest, model._meta.label_lower, lines, spool, step)
            content = manifest.encoded()
            if len(content) > LARGEST_MANIFEST:
                raise BackupError("There are too many files for one backup. Use the database's own tools instead.")
            archive.addfile(_entry(MANIFEST, len(content), now), io.BytesIO(content))
    return manifest


def _add_files(archive: Any, manifest: Manifest, using: str, step: Step) -> list[int]:
    """Returns the unsent files that are not there any more."""
    gone: list[int] = []
    rows = Attachment.objects.using(using).order_by("pk")
    for key, token, comment_id in rows.values_list("pk", "token", "comment_id").iterator():
        is_there = _add_file(archive, manifest, content_path(token))
        if is_there:
            _add_file(archive, manifest, thumbnail_path(token))  # documents have none
        elif comment_id is None:
            gone.append(key)
        else:
            manifest.missing.append(content_path(token))
        step(1)
    return gone


def _add_file(archive: Any, manifest: Manifest, path: str) -> bool:
    try:
        source = default_storage.open(path)
    except FileNotFoundError:
        return False
    with source:
        entry = _entry(path, source.size, datetime.now(UTC))
        hashing: Any = _Hashing(source)
        archive.addfile(entry, hashing)
    manifest.files[path] = Member(entry.size, hashing.digest.hexdigest())
    return True


def _add_rows(archive: Any, manifest: Manifest, label: str, lines: Any, spool: IO[bytes], step: Step) -> None:
    digest, count = hashlib.sha256(), 0
    for line in lines:
        spool.write(line)
        digest.update(line)
        count += 1
        step(1)
    entry = _entry(rows_path(label), spool.tell(), datetime.now(UTC))
    spool.seek(0)
    archive.addfile(entry, spool)
    manifest.rows[label] = Member(count, digest.hexdigest())


def _entry(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(at.timestamp())
    return entry


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = CHUNK) -> bytes:
        content: bytes = self.source.read(size)
        self.digest.update(content)
        return content
