"""Measures Parley at three sizes on each database this machine has, and prints how the costs grow.

`python -m bench` needs some four minutes, `python -m bench --quick` one: it leaves out the largest size. Every size
has a database of its own, filled anew. `--data FOLDER` measures the real discussions of a folder (mbox, WXR) beside
them. Figures mean something only beside others of the same run.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.services import POSTGRES_URL, has_postgres

SIZES = [100, 10_000, 100_000]
COLUMNS = ("ms", "cpu", "statements", "calls", "kB", "zipped", "replies/s")


def measured(vendor: str, url: str, size: int | str) -> dict[str, Any]:
    """One size in a process of its own, so that nothing of the last one is warm."""
    environment = os.environ | {"DATABASE_URL": url, "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "forum.settings"}
    command = [sys.executable, "-m", "bench.one", str(size)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    print(f"  {vendor}, {size}: done", file=sys.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(vendor: str, results: dict[int | str, dict[str, Any]]) -> None:
    sizes = list(results)
    grown = [size for size in sizes if isinstance(size, int)]
    print(f"\n{vendor}: medians; ms of wall clock and of CPU, statements, calls, kB of HTML plain and compressed")
    print(f"{'':34}" + "".join(f"{Path(str(size)).name:>42}" for size in sizes) + f"{'CPU, last : first':>20}")
    for name in results[sizes[0]]:
        cells = "".join(f"{cell(results[size][name]):>42}" for size in sizes)
        first, last = results[grown[0]][name], results[grown[-1]][name]
        ratio = f"{last['cpu'] / first['cpu']:.2f}" if first.get("cpu") else ""
        print(f"{name:34}{cells}{ratio:>20}")


def cell(found: dict[str, float]) -> str:
    figures = (found[name] for name in COLUMNS if name in found)
    return "  ".join(str(figure) if isinstance(figure, int) else f"{figure:.4g}" for figure in figures)


def main() -> None:
    sizes: list[int | str] = [*(SIZES[:2] if "--quick" in sys.argv else SIZES)]
    if "--data" in sys.argv:
        sizes.append(str(Path(sys.argv[sys.argv.index("--data") + 1]).resolve()))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        places = {size: f"sqlite:///{Path(folder) / f'{Path(str(size)).name}.sqlite3'}" for size in sizes}
        table("SQLite", {size: measured("SQLite", url, size) for size, url in places.items()})
    if has_postgres():
        table("PostgreSQL", {size: measured("PostgreSQL", POSTGRES_URL, size) for size in sizes})


if __name__ == "__main__":
    main()
