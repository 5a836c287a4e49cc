"""Measures Parley over HTTP as people use it, at several sizes on each database, and prints what that takes.

`python -m bench` starts `manage.py serve` on databases of its own (SQLite with one process; PostgreSQL and Redis, which
it starts too, with one and two), fills them and drives them with sessions as browsers have them. `--quick` takes small
sizes and little time. `--against COMMIT` measures that commit, too, in turn with this one, and prints the ratios;
figures mean something only beside others of the same run. Linux only: it reads CPU times in /proc.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.against import THIS, Build, built
from bench.emails import write_mailbox
from bench.load import Load
from bench.measure import counted, imported, timed
from bench.report import LEGEND, Table, show_growth
from bench.scenarios import PUBLIC, Scenario, cold, pages, ways, writing
from bench.services import why_no_services
from bench.sites import Kind, Site, filled, serving
from bench.targets import show_targets
from bench.visit import first_visit
from tests.services import CHROMIUM

MILLION = 1_000_000


@dataclass(frozen=True)
class Effort:
    """How much is measured. What does not depend on the size (connections, compression, two processes, import, the
    first visit) is measured at one size only."""

    sizes: tuple[int, ...]
    middle: int
    seconds: float  # for one scenario and build
    repeats: int
    emails: int
    ways: tuple[str, ...]  # the public pages that are asked for in every way
    counts_everywhere: bool  # calls and statements at all sizes, not only at this one


FULL = Effort(
    (100, 10_000, 100_000), 10_000, seconds=1.8, repeats=3, emails=3_000, ways=tuple(PUBLIC), counts_everywhere=True
)
QUICK = Effort((100, 1_000), 1_000, seconds=0.3, repeats=2, emails=100, ways=("thread",), counts_everywhere=False)


@dataclass
class Bench:
    """One run."""

    effort: Effort
    builds: list[Build]
    load: Load
    folder: Path
    begun: float = field(default_factory=time.monotonic)

    def measure(self, kind: Kind, size: int | str) -> list[Table]:
        """The tables of one database at one size: with one process, and with two where that is asked for."""
        effort, is_middle = self.effort, size == self.effort.middle
        one, two = (Table(f"{kind}, {title}", size) for title in ("one process", "two processes"))
        scenarios = [*pages(), cold(), *(ways(effort.ways) if is_middle else ()), *writing()]
        with filled(self.builds, kind, size, self.folder) as sites:
            self._say(one, "filled")
            with serving(sites, 1):
                self._time(one, sites, scenarios)
                if is_middle and kind is Kind.SQLITE and CHROMIUM:
                    one.visits = {site.build.name: first_visit(site.thread_url) for site in sites}
            if is_middle or effort.counts_everywhere:
                with serving(sites, 1, counted=True):
                    self._count(one, sites, scenarios)
            if is_middle and kind is Kind.POSTGRESQL:
                with serving(sites, 2):
                    self._time(two, sites, scenarios)
            if is_middle:
                self._import(one, sites)
        return [one, two] if two.rows else [one]

    def _time(self, table: Table, sites: list[Site], scenarios: list[Scenario]) -> None:
        for scenario in scenarios:
            effort = self.effort
            table.rows[scenario.name] = timed(self.load, sites, scenario, effort.seconds, effort.repeats)
        self._say(table, "timed")

    def _count(self, table: Table, sites: list[Site], scenarios: list[Scenario]) -> None:
        for scenario in scenarios:
            for site in sites if scenario.is_counted else ():
                counted(self.load, site, scenario, table.rows[scenario.name][site.build.name])
        self._say(table, "counted")

    def _say(self, table: Table, done: str) -> None:
        print(f"  {table.title}: {done} after {time.monotonic() - self.begun:.0f} s", file=sys.stderr)

    def _import(self, table: Table, sites: list[Site]) -> None:
        file = self.folder / "mailbox.mbox"
        write_mailbox(file, self.effort.emails)
        found = {site.build.name: imported(site, file, self.effort.emails) for site in sites}
        table.rows[f"import of {self.effort.emails:,} emails"] = found


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two minutes: small sizes only")
    parser.add_argument("--sizes", nargs="+", type=int, metavar="N", help="these numbers of comments instead")
    parser.add_argument("--size", choices=["million"], help="also a million comments: some ten minutes more")
    parser.add_argument("--against", metavar="COMMIT", help="measure this commit, too, and print the ratios")
    parser.add_argument("--only", choices=[kind.name.lower() for kind in Kind], help="one database")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="also the real discussions in it (mbox, WXR)")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that whatever was started ends, too
    if sys.platform != "linux":
        parser.error("it reads CPU times in /proc, which only Linux has")
    effort = QUICK if asked.quick else FULL
    if asked.sizes:
        middle = effort.middle if effort.middle in asked.sizes else max(asked.sizes)
        effort = replace(effort, sizes=tuple(sorted(asked.sizes)), middle=middle)
    sizes: list[int | str] = [*effort.sizes, *([MILLION] if asked.size else ())]
    sizes += [str(asked.data.resolve())] if asked.data else []
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{LEGEND}")
    with ExitStack() as ends:
        builds = [THIS, *([ends.enter_context(built(asked.against))] if asked.against else ())]
        folder = Path(
            ends.enter_context(tempfile.TemporaryDirectory(prefix="parley-bench-", ignore_cleanup_errors=True))
        )
        folder.chmod(0o755)
        bench = Bench(effort, builds, ends.enter_context(Load()), folder)
        tables: list[Table] = []
        for kind in Kind:
            if asked.only not in {None, kind.name.lower()}:
                continue
            if kind is Kind.POSTGRESQL and (why := why_no_services()):
                print(f"\n{kind} is skipped: {why}")
                continue
            tables += _run(bench, kind, sizes)
        show_targets(tables, [build.name for build in builds])


def _run(bench: Bench, kind: Kind, sizes: list[int | str]) -> list[Table]:
    """Measures and prints one database; returns its tables."""
    names, found = [build.name for build in bench.builds], list[Table]()
    for size in sizes:
        tables = bench.measure(kind, size)
        for table in tables:
            table.show(names)
        found += tables
        sys.stdout.flush()
    grown = [table for table in found if table.setting == found[0].setting and isinstance(table.size, int)]
    if len(grown) > 1:
        show_growth(grown, names)
    sys.stdout.flush()
    return found


if __name__ == "__main__":
    main()
