"""Puts an archive into a database and a folder: all of it, or nothing."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import connection
from redis.exceptions import RedisError

from forum.backup import databases
from forum.backup.format import (
    CHUNK,
    FILE,
    LARGEST_MANIFEST,
    MANIFEST,
    ROWS,
    BackupError,
    Manifest,
    Member,
    read_manifest,
    rows_path,
)
from forum.backup.restored import note_restored, renew_stamps
from forum.backup.rows import AT_ONCE, carried, load
from forum.backup.take import Step
from forum.dialogue.actions.indexing import renew
from forum.jobs.upkeep import stored_files
from forum.kernel import schema
from forum.models import Comment

MADE_BY_MIGRATE = {"contenttypes.contenttype", "auth.permission"}  # no sign that somebody uses a database


def check_archive(source: Path) -> Manifest:
    """Reads all of it and compares each hash. Raises BackupError."""
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    with _opened(source) as archive:
        for entry in archive:
            if not entry.isreg():
                raise BackupError(f"{source} is damaged, or not a Parley backup: {entry.name} is not a plain file.")
            if entry.name in found or (entry.name == MANIFEST and manifest is not None):
                raise BackupError(f"{source} is damaged, or not a Parley backup: it holds {entry.name} twice.")
            content = archive.extractfile(entry)
            if entry.name == MANIFEST:
                if entry.size > LARGEST_MANIFEST:
                    raise BackupError(f"{source} is damaged, or not a Parley backup: its manifest is too large.")
                manifest = read_manifest(content.read())
            elif not ROWS.fullmatch(entry.name) and not FILE.fullmatch(entry.name):
                raise BackupError(f"{source} is damaged, or not a Parley backup: it holds {entry.name}.")
            else:
                found[entry.name] = _measured(content, is_rows=entry.name.startswith("rows/"))
    if manifest is None:
        raise BackupError(f"{source} is not a Parley backup, or is incomplete: it has no manifest.")
    expected = {rows_path(label): member for label, member in manifest.rows.items()} | manifest.files
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise BackupError(f"{source} is damaged: {name} does not match the manifest. Use another backup.")
    return manifest


def why_not_restore(manifest: Manifest, *, replace: bool) -> str | None:
    """Why this archive cannot be restored into this database, as a sentence, or None."""
    if newer := schema.compare(_migrations(manifest)).foreign:
        return (
            f"The backup comes from a newer version of Parley ({manifest.version}, {schema.named(newer)}). "
            "Install that version first."
        )
    if lost := schema.compare(_migrations(manifest)).lost:
        remedy = schema.OLDER_FIRST.format(do="restore the backup, run manage.py migrate and make a new backup")
        return f"The backup is too old for this version of Parley (it lacks {schema.named(lost)}). {remedy}"
    have = schema.applied()
    if lost := schema.compare(have).lost:
        return schema.too_old(lost)
    if newer := schema.compare(have).foreign:
        return f"The database belongs to a newer version of Parley ({schema.named(newer)}). Install that version first."
    if not replace and (what := _what_is_there(have)):
        return f"There is existing data: {what}. Use --replace to delete it and restore the backup."
    return None


def restore(source: Path, manifest: Manifest, *, now: datetime, step: Step) -> list[str]:
    """Puts the archive in the place of whatever is there; returns what is worth knowing.

    One transaction: if anything fails, the database is as before. The copy sends no email until it is confirmed.
    Raises BackupError.
    """
    new_files: list[str] = []
    try:
        with databases.all_or_nothing():
            _put(source, manifest, new_files, now=now, step=step)
    except BaseException as error:
        for path in new_files:
            with suppress(OSError):
                default_storage.delete(path)
        if isinstance(error, DatabaseError | ValueError | OSError):
            first_line = str(error).strip().partition("\n")[0]
            raise BackupError(f"The backup could not be restored, and nothing was changed: {first_line}") from error
        raise
    worth_knowing = _delete_other_files(manifest.files)
    try:
        cache.clear()
    except RedisError as error:
        worth_knowing.append(f"Redis cannot be reached ({error}). Empty it before you start Parley: redis-cli FLUSHDB.")
    return worth_knowing


def _put(source: Path, manifest: Manifest, new_files: list[str], *, now: datetime, step: Step) -> None:
    migrations = _migrations(manifest)
    if schema.completed(schema.applied()) != migrations:
        databases.drop_tables()
        databases.migrate_to(migrations)
    state = databases.state_of(migrations)
    databases.empty_tables(state)
    databases.check_references_later()
    models = {model._meta.label_lower: model for model in carried(state)}
    with _opened(source) as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            if match := ROWS.fullmatch(entry.name):
                _load_rows(match[1], models, content, manifest, step)
            elif FILE.fullmatch(entry.name):
                _save_file(entry.name, content, manifest.files[entry.name], new_files)
                step(1)
    databases.reset_sequences(list(models.values()))
    databases.check_references()
    if not schema.compare(migrations).is_current:
        databases.migrate_on()
    ContentType.objects.clear_cache()
    renew_stamps()
    _reindex()
    note_restored(archived_at=datetime.fromisoformat(manifest.made_at), now=now)


def _load_rows(label: str, models: dict[str, Any], content: Any, manifest: Manifest, step: Step) -> None:
    if label not in models:
        raise BackupError(f"The backup has rows of {label}, which this version of Parley does not know.")

    def told() -> Iterator[bytes]:
        for line in content:
            yield line
            step(1)

    try:
        count = load(models[label], told(), connection)
    except (DatabaseError, ValueError) as error:
        raise ValueError(f"{label}: {error}") from error
    if count != manifest.rows[label].count:
        raise BackupError(f"The backup is damaged: it has {count} rows of {label}, not {manifest.rows[label].count}.")


def _save_file(path: str, content: Any, member: Member, new_files: list[str]) -> None:
    """Leaves a sound file alone. Another is replaced only by a whole one: a full disk in between takes nothing away."""
    if not default_storage.exists(path):
        new_files.append(path)
    elif _is_stored(path, member):
        return
    unfinished = f"{path}.unfinished"
    default_storage.delete(unfinished)  # of a restore that was killed
    new_files.append(unfinished)
    default_storage.save(unfinished, File(content))
    os.replace(default_storage.path(unfinished), default_storage.path(path))


def _is_stored(path: str, member: Member) -> bool:
    if default_storage.size(path) != member.count:
        return False
    with default_storage.open(path) as stored:
        return _measured(stored, is_rows=False) == member


def _reindex() -> None:
    databases.empty_search()
    keys: list[int] = []
    for key in Comment.objects.public().order_by("pk").values_list("pk", flat=True).iterator():
        keys.append(key)
        if len(keys) == AT_ONCE:
            renew(keys)
            keys.clear()
    renew(keys)


def _migrations(manifest: Manifest) -> frozenset[schema.Name]:
    return schema.completed(frozenset((app, name) for app, name in manifest.migrations))


def _what_is_there(have: frozenset[schema.Name]) -> str:
    for model in carried(databases.state_of(have)) if have else ():
        if model._meta.label_lower not in MADE_BY_MIGRATE and model._base_manager.exists():
            return f"the database contains rows of {model._meta.label_lower}"
    path = next(_ours(), None)
    return f"the files folder contains {path}" if path else ""


def _ours() -> Iterator[str]:
    """Every file of a comment in the folder."""
    return (path for path in stored_files() if FILE.fullmatch(path))


def _delete_other_files(kept: Any) -> list[str]:
    left = []
    for path in [path for path in _ours() if path not in kept]:
        try:
            default_storage.delete(path)
        except OSError as error:
            left.append(f"{path} no longer belongs to a comment, but cannot be deleted: {error.strerror}.")
    return left


@contextmanager
def _opened(source: Path) -> Iterator[Any]:
    try:
        file = source.open("rb")
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}.") from error
    try:
        with file, tarfile.open(fileobj=file, mode="r:gz") as archive:
            yield archive
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BackupError(f"{source} is damaged, or not a Parley backup: {error}.") from error


def _measured(content: Any, *, is_rows: bool) -> Member:
    digest, size, lines = hashlib.sha256(), 0, 0
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
    return Member(lines if is_rows else size, digest.hexdigest())
