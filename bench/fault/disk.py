"""A small file system of its own, that can be filled up and emptied again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BLOCKS = (2**20, 2**12)  # bytes: large ones first, then what is left


class Disk:
    def __init__(self, folder: Path, why_not_small: str = "") -> None:
        self.folder, self.why_not_small = folder, why_not_small
        self.filler = folder / "filler"

    def fill(self) -> None:
        with self.filler.open("wb", buffering=0) as file:
            for size in BLOCKS:
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def empty(self) -> None:
        self.filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Disk]:
    """A file system of this size at `folder`; a plain folder, which says why, where this machine mounts nothing."""
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        yield Disk(folder, "only root on Linux mounts a small file system")
        return
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "parley-fault", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False, text=True)
    if mounted.returncode:
        yield Disk(folder, f"mount: {mounted.stderr.strip()}")
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
