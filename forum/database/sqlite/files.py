"""Which file a name leads to: a backup that is put in the place of a database has the same name."""

from __future__ import annotations

import os

Identity = tuple[int, int] | None  # device and inode; None where there is no file


def identity(path: str) -> Identity:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
