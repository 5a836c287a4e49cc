"""The tables that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.measure import Figures, Measured
from bench.visit import Visit

COLUMNS = ("per s", "ms", "p95", "app", "services", "statements", "planning", "calls", "kB")
LEGEND = """per s: answers in a second; ms, p95: median and 95th percentile of the times; app, services: ms of CPU for a
request, of all processes of the application, and of PostgreSQL and Redis; statements: with BEGIN and COMMIT, without
PostgreSQL's own checks of foreign keys; planning: ms in which PostgreSQL planned them; calls: of functions in all
threads, those in C included; kB: of one answer on its way, with its head. "-": not measured."""
WIDE, CELL = 40, 12


@dataclass
class Table:
    """Everything that was measured in one setting at one size."""

    setting: str
    size: int | str
    rows: Measured = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)  # the first of a thread, for each build

    @property
    def title(self) -> str:
        return f"{self.setting}, {named(self.size)}"

    def show(self, builds: list[str]) -> None:
        """One line for each scenario and build; with two builds also how many times the other's figures the first's
        are."""
        print(f"\n{self.title}")
        print(f"{'':{WIDE}}{'':{CELL}}" + "".join(f"{column:>{CELL}}" for column in COLUMNS))
        for scenario, found in self.rows.items():
            shown = {build: found[build].shown() for build in builds}
            if len(builds) == 2:
                shown["ratio"] = ratios(*shown.values())
            for n, (build, figures) in enumerate(shown.items()):
                cells = "".join(f"{_cell(figures.get(column)):>{CELL}}" for column in COLUMNS)
                print(f"{'' if n else scenario:{WIDE}}{build:{CELL}}{cells}")
        for build, visit in self.visits.items():
            kilobytes = f"{visit.size / 1000:.1f} kB, {visit.fonts / 1000:.1f} of them fonts"
            print(f"first visit of a thread, {build}: {visit.requests} requests, {kilobytes}")


def ratios(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """How many times the other's figures the first's are, where both have them."""
    return {name: one[name] / other[name] for name in one if other.get(name)}


def show_growth(tables: list[Table], builds: list[str]) -> None:
    """How the CPU of a request grows with the comments, and the ratio of the last to the first size and to the one
    before it."""
    sizes = [named(table.size) for table in tables]
    print(f"\n{tables[0].setting}: ms of CPU for a request, application and services together")
    heads = [*sizes, *(["last : before"] if len(sizes) > 2 else []), "last : first"]
    print(f"{'':{WIDE}}{'':{CELL}}" + "".join(f"{head:>{CELL + 6}}" for head in heads))
    for scenario in tables[0].rows:
        if not all(scenario in table.rows for table in tables):
            continue
        for n, build in enumerate(builds):
            costs = [cpu_of(table.rows[scenario][build]) for table in tables]
            if not all(costs):
                continue
            cells = [*costs, *([costs[-1] / costs[-2]] if len(sizes) > 2 else []), costs[-1] / costs[0]]
            line = "".join(f"{_cell(cell):>{CELL + 6}}" for cell in cells)
            print(f"{'' if n else scenario:{WIDE}}{build:{CELL}}{line}")


def named(size: int | str) -> str:
    return f"{size:,} comments" if isinstance(size, int) else size.rpartition("/")[2]


def cpu_of(figures: Figures) -> float:
    """ms for a request, of application and services together; 0 for what is no request."""
    shown = figures.shown()
    return shown.get("app", 0.0) + shown.get("services", 0.0)


def _cell(figure: float | None) -> str:
    if figure is None:
        return "-"
    if isinstance(figure, int):
        return f"{figure:,}"
    return f"{figure:,.0f}" if figure >= 1_000 else f"{figure:.3g}"
