"""What an archive holds: rows as JSON lines, one member for each table; the files of comments; and, last, a manifest.

    rows/forum.comment.jsonl    files/ab/ab…    files/ab/ab….small    manifest.json

An ordinary tar with gzip, so that other tools can open it, too.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1  # a restore refuses any other
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256_000_000  # bytes, read into memory at once: some 1.5 million files
ROWS = re.compile(r"rows/([a-z_]+\.[a-z_]+)\.jsonl")
FILE = re.compile(r"files/([\w-]{2})/(\1[\w-]{2,62})(\.small)?", re.ASCII)
CHUNK = 1 << 20  # bytes read at a time


class BackupError(Exception):
    """Why there is no backup, or no restore, as a sentence for whoever asked."""


@dataclass(frozen=True)
class Member:
    """`count` is of rows in a table, and of bytes in a file."""

    count: int
    sha256: str


@dataclass
class Manifest:
    version: str
    made_at: str  # in UTC, as ISO 8601 writes it
    database: str  # where it was made: sqlite or postgresql
    migrations: list[list[str]]
    rows: dict[str, Member] = field(default_factory=dict)  # by model, such as forum.comment
    files: dict[str, Member] = field(default_factory=dict)  # by path, such as files/ab/ab…
    missing: list[str] = field(default_factory=list)  # files that comments have, and the folder has not
    product: str = "parley"
    format: int = FORMAT

    def encoded(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def rows_path(label: str) -> str:
    return f"rows/{label}.jsonl"


def read_manifest(content: bytes) -> Manifest:
    """Raises BackupError if it is none of ours, or in a format that this version does not know."""
    try:
        found: dict[str, Any] = json.loads(content)
        if found["product"] != "parley":
            raise BackupError("This is a backup of another product.")
        if found["format"] != FORMAT:
            raise BackupError("This backup was made by a newer version of Parley. Install that version first.")
        members = {part: {name: Member(**row) for name, row in found[part].items()} for part in ("rows", "files")}
        return Manifest(**found | members)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("The backup's manifest cannot be read: the file is damaged.") from error
