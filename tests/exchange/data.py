"""Where the real discussions lie, beside the repository; they are read and never copied into it."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from forum.exchange.entry import Broken, Entry, Notice

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real discussions are not at {DATA}")


def stream(name: str) -> BytesIO:
    return BytesIO((DATA / name).read_bytes())


def threads(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))["threads"]
    return found


def entries(pieces: list[Entry | Broken | Notice]) -> list[Entry]:
    return [piece for piece in pieces if isinstance(piece, Entry)]


def notices(pieces: list[Entry | Broken | Notice]) -> list[str]:
    return [f"{piece.where}: {piece.reason}" for piece in pieces if isinstance(piece, Notice)]


def assert_sound(pieces: list[Entry | Broken | Notice]) -> None:
    """What holds for every reading: openings and parents first, identities single, nothing empty."""
    seen: dict[str, Entry] = {}
    for entry in entries(pieces):
        assert entry.origin not in seen
        assert len(entry.origin) <= 200
        assert entry.source.strip()
        assert len(entry.source) <= 20_000
        assert entry.author
        assert not re.search(r"\w@\w+\.\w", entry.author)
        assert entry.written_at.utcoffset() is not None
        assert not entry.written_at.utcoffset()
        assert (entry.parent is None) == (entry.thread == entry.origin) == bool(entry.title)
        if entry.parent is not None:
            assert seen[entry.parent].thread == entry.thread
        seen[entry.origin] = entry
