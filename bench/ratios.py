"""`make bench-live AGAINST=commit`: this build and another commit in turn, on databases of their own."""

from __future__ import annotations

import secrets
import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from bench.against import THIS, Build, built, in_turn, median_of
from bench.audiences import Figures, of_parley, staged
from bench.services import two_processes, why_no_services

Environment = dict[str, str]
FIGURES: dict[str, Callable[[Figures], float]] = {
    "first, ms": lambda each: statistics.median(each.firsts),
    "last, ms": lambda each: statistics.median(each.lasts),
    "CPU a frame, µs": lambda each: each.cpu,
    "RSS a follower, kB": lambda each: each.growth,
}


def compare(commit: str, counts: list[int], rounds: int) -> None:
    """Prints how many times the other build's figures this one's are."""
    with built(commit) as other, ExitStack() as ends:
        heads = "".join(f"{head:>22}{'ratio':>8}" for head in FIGURES)
        print(f"{'':38}{'followers':>9}{heads}")
        for title, environments in _settings(ends).items():
            same = {"DJANGO_SETTINGS_MODULE": "forum.settings", "SECRET_KEY": secrets.token_urlsafe(50)}
            places = {
                build.name: same | environment for build, environment in zip((THIS, other), environments, strict=True)
            }
            stages = {build.name: staged(places[build.name], build) for build in (THIS, other)}
            for count in counts:
                found = in_turn([THIS, other], partial(_measured, stages, places, count, rounds))
                _show(title, count, found[THIS.name], found[other.name])


def _settings(ends: ExitStack) -> dict[str, list[Environment]]:
    """Each setting with an environment for either build."""
    temporary = tempfile.TemporaryDirectory(prefix="parley-bench-", ignore_cleanup_errors=True)
    folder = Path(ends.enter_context(temporary))
    folder.chmod(0o755)
    names = ("this", "other")
    alone = [{"DATABASE_URL": f"sqlite:///{folder / name}.sqlite3", "REDIS_URL": ""} for name in names]
    settings = {"One process, SQLite": alone}
    if not why_no_services():
        beside = [ends.enter_context(two_processes(folder / name)) for name in names]
        settings["Two processes, PostgreSQL and Redis"] = beside
    return settings


def _measured(stages: dict[str, Any], places: dict[str, Environment], count: int, rounds: int, build: Build) -> Figures:
    return of_parley(stages[build.name], places[build.name], count, rounds, build=build)[0]


def _show(title: str, count: int, here: list[Figures], there: list[Figures]) -> None:
    said = ""
    for figure in FIGURES.values():
        one, two = (median_of(found, figure) for found in (here, there))
        said += f"{f'{one:.1f} and {two:.1f}':>22}{f'{one / two:.2f}' if two else '-':>8}"
    lost = [f"{each.delivered:.2f} % delivered" for each in (*here, *there) if each.delivered < 100]
    print(f"{title:38}{count:>9,}{said} {'; '.join(lost)}", flush=True)
