"""The files that the bundles are made of, as one hash, so that a test can say when they are stale."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
TOOLS = ("bundle.mjs", "bundles.json", "finish.py", "fonts.py", "package-lock.json", "package.json")
FOLDERS = ("css", "fonts", "img", "js", "vendor")


def sources() -> Iterator[Path]:
    yield from (HERE / name for name in TOOLS)
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / "static" / folder).rglob("*")) if path.is_file())


def sources_hash() -> str:
    """The SHA-256 of every source with its name."""
    hashed = sha256()
    for path in sources():
        content = path.read_bytes()
        hashed.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode() + content)
    return hashed.hexdigest()
