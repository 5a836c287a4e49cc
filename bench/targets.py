"""What Parley's speed is held to, and whether a run of `make bench` found it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.report import Table, cpu_of, ratios
from bench.scenarios import WAYS
from bench.sites import Kind

ONE = {kind: f"{kind}, one process" for kind in Kind}
PLANNED = ("thread of 200, cold", "thread, participant", "theme, participant", "event, participant", "reply, 1 writer")
TWO = f"{Kind.POSTGRESQL}, two processes"
LARGE, MILLION = 100_000, 1_000_000
READ = ("thread", "theme", "event")
EIGHT = [way.name for way in WAYS if way.connections > 1]


@dataclass(frozen=True)
class Target:
    """A figure that has to be at least `must`, or at most if `is_most`; `goal` is what is hoped for."""

    work: str
    found: float
    must: float
    goal: float | None = None
    is_most: bool = True

    def is_met(self, by: float) -> bool:
        return self.found <= by if self.is_most else self.found >= by

    def line(self) -> str:
        sign = "≤" if self.is_most else "≥"
        verdict = "yes" if self.is_met(self.must) else "NO"
        goal = ""
        if self.goal is not None:
            goal = f"; goal {sign} {self.goal:,g}: {'yes' if self.is_met(self.goal) else 'no'}"
        found = f"{self.found:,.0f}" if self.found >= 1_000 else f"{self.found:.3g}"
        return f"{self.work:70}{found:>12}  {sign} {self.must:,g}: {verdict}{goal}"


class Run:
    """The tables of a run, and the ratios of its two builds in them."""

    def __init__(self, tables: list[Table], builds: list[str]) -> None:
        self.tables, self.builds = tables, builds

    def ratio(self, setting: str, scenario: str, figure: str) -> Iterator[float]:
        """This build's figure beside the other's, at the size at which most is measured; nothing without it."""
        for table in self._middle(setting):
            if len(self.builds) == 2 and scenario in table.rows:
                found = ratios(*(table.rows[scenario][build].shown() for build in self.builds))
                yield from [found[figure]] if figure in found else []

    def figure(self, setting: str, scenario: str, figure: str) -> Iterator[float]:
        for table in self._middle(setting):
            if scenario in table.rows:
                shown = table.rows[scenario][self.builds[0]].shown()
                yield from [shown[figure]] if figure in shown else []

    def of(self, setting: str, size: int) -> Table | None:
        return next((table for table in self.tables if (table.setting, table.size) == (setting, size)), None)

    def _middle(self, setting: str) -> list[Table]:
        """The table with the most rows, which also has what is measured at one size only."""
        return sorted((table for table in self.tables if table.setting == setting), key=lambda each: len(each.rows))[
            -1:
        ]


def show_targets(tables: list[Table], builds: list[str]) -> None:
    """Each target whose figure was measured; those that are ratios need another build."""
    found = list(_targets(Run(tables, builds)))
    print("\nTargets: what was found, what it must be")
    for target in found:
        print(target.line())


def _targets(run: Run) -> Iterator[Target]:
    for kind, must in ((Kind.SQLITE, 60), (Kind.POSTGRESQL, 30)):
        for name in (f"{page}{way}" for page in READ for way in EIGHT):
            for found in run.ratio(ONE[kind], name, "per s"):
                yield Target(f"{kind}, {name}: pages/s, ratio", found, must, 60, is_most=False)
    for kind in Kind:
        yield from _counted(run, kind)
        for found in run.ratio(ONE[kind], "reply, 1 writer", "ms"):
            yield Target(f"{kind}, reply, 1 writer: ms, ratio", found, 0.35)
        for name in sorted({name for table in run.tables for name in table.rows if name.startswith("import")}):
            for found in run.ratio(ONE[kind], name, "per s"):
                yield Target(f"{kind}, {name}: per s, ratio", found, 10, is_most=False)
    yield from _together(run)
    for kind in Kind:
        yield from _grown(run, kind)
    for table in run.tables:
        if table.visits:
            visit = table.visits[run.builds[0]]
            yield Target("first visit of a thread: requests", visit.requests, 7)
            yield Target("first visit of a thread: kB", visit.size / 1000, 130, 110)


def _counted(run: Run, kind: Kind) -> Iterator[Target]:
    for scenario, figure, must, goal in (
        ("thread of 200, cold", "calls", 60_000, None),
        ("thread, participant", "calls", 30_000, 20_000),
        ("thread, participant", "statements", 8, 6),
        ("reply, 1 writer", "calls", 13_000, None),
        ("reply, 1 writer", "statements", 10, None),
        *((scenario, "planning", 0.5, None) for scenario in PLANNED),
    ):
        for found in run.figure(ONE[kind], scenario, figure):
            yield Target(f"{kind}, {scenario}: {figure}", found, must, goal)


def _together(run: Run) -> Iterator[Target]:
    for where in ("one thread", "8 threads"):
        name = f"reply, 16 writers, {where}"
        for found in run.ratio(TWO, name, "per s"):
            yield Target(f"{TWO}, {name}: per s, ratio", found, 4, 5, is_most=False)
        for found in run.ratio(ONE[Kind.SQLITE], name, "per s"):
            yield Target(f"{Kind.SQLITE}, {name}: per s, ratio", found, 3, is_most=False)
        for found in run.ratio(ONE[Kind.SQLITE], name, "p95"):
            yield Target(f"{Kind.SQLITE}, {name}: p95, ratio", found, 0.2)


def _grown(run: Run, kind: Kind) -> Iterator[Target]:
    """From a hundred thousand to a million comments; what is searched at a million."""
    large, million = run.of(ONE[kind], LARGE), run.of(ONE[kind], MILLION)
    if large is None or million is None:
        return
    this = run.builds[0]
    for scenario, found in million.rows.items():
        if scenario in large.rows and cpu_of(large.rows[scenario][this]):
            grown = cpu_of(found[this]) / cpu_of(large.rows[scenario][this])
            yield Target(f"{kind}, {scenario}: CPU, a million to a hundred thousand", grown, 1.5)
        if scenario.startswith("search") and len(run.builds) == 2:
            ratio = ratios(*(found[build].shown() for build in run.builds))["ms"]
            yield Target(f"{kind}, {scenario}, a million: ms, ratio", ratio, 0.1)
