"""Another commit of Parley beside this one, in one run: built from the repository, filled by its own filler."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.services import ROOT

Measurement = TypeVar("Measurement")
REPEATS = 3  # measurements of each build at each number, in turn


PINNED = re.compile(r"^[\w.\[\]-]+==\S+", re.MULTILINE)


@dataclass(frozen=True)
class Build:
    """A checkout that can serve, and the Python that has what it needs."""

    name: str
    root: Path
    python: str


THIS = Build("this", ROOT, sys.executable)


@contextmanager
def built(commit: str) -> Iterator[Build]:
    """That commit in a folder of its own, with packages of its own if it asks for any that this one does not."""
    with tempfile.TemporaryDirectory(prefix="parley-against-") as folder:
        root = Path(folder) / "parley"
        root.mkdir()
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(root)], input=archive, check=True)
        yield Build(commit, root, _python_for(root))


def _python_for(root: Path) -> str:
    asked, here = (set(PINNED.findall((folder / "requirements.txt").read_text())) for folder in (root, ROOT))
    if asked <= here:
        return sys.executable
    subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True)
    python = str(root / ".venv" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(root / "requirements.txt")]
    subprocess.run(install, check=True)
    return python


def in_turn(
    builds: list[Build], measure: Callable[[Build], Measurement], repeats: int = REPEATS
) -> dict[str, list[Measurement]]:
    """What was measured of each build, one after the other, so many times."""
    found: dict[str, list[Measurement]] = {build.name: [] for build in builds}
    for repeat in range(repeats):
        for build in builds if repeat % 2 == 0 else reversed(builds):
            found[build.name].append(measure(build))
    return found


def median_of(found: list[Any], figure: Callable[[Any], float]) -> float:
    return statistics.median(figure(each) for each in found)
