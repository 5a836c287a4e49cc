"""Breaks servers while people write, and proves that nothing was lost: `make fault MINUTES=20`.

Real servers on databases of their own, one configuration after the other. Exit code 1 if anything was lost, doubled,
shown wrongly or left undone. `--soak 30` breaks nothing, and watches the memory of the server's processes instead.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

from bench.fault.report import Report
from bench.fault.site import Kind
from bench.fault.soak import WARM_AFTER
from bench.fault.story import FAULTS, SOAK, tell
from bench.services import why_no_services
from tests.support.own_services import SKIPS

MOST_SHOWN = 40  # violations of one configuration


def why_not(kind: Kind) -> str:
    """Why this machine cannot run a configuration."""
    if sys.platform != "linux":
        return "it reads in /proc what the server's processes are"
    return why_no_services() if kind is Kind.POSTGRESQL else ""


def show(report: Report) -> None:
    for line in [*report.lines, *(f"skipped: {fault}" for fault in report.skipped)]:
        print(f"  {line}")
    for violation in report.violations[:MOST_SHOWN]:
        print(f"  VIOLATION: {violation}")
    if len(report.violations) > MOST_SHOWN:
        print(f"  and {len(report.violations) - MOST_SHOWN} more")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.fault", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20, help="of faults, over all configurations")
    parser.add_argument(
        "--soak", type=float, metavar="MINUTES", help="break nothing, for so long on each configuration"
    )
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--only", choices=[str(kind) for kind in Kind])
    parser.add_argument("--keep", type=Path, help="an empty folder that keeps diary and log")
    asked = parser.parse_args()
    if asked.soak is not None and asked.soak <= WARM_AFTER:
        parser.error(f"a soak takes more than {WARM_AFTER} minutes: before, the server is not warm")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that whatever was started ends, too
    kinds = [kind for kind in Kind if asked.only in {None, str(kind)}]
    skipped = [f"{kind}: {why_not(kind)}" for kind in kinds if why_not(kind)]
    kinds = [kind for kind in kinds if not why_not(kind)]
    load = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    plot, minutes = (SOAK, asked.soak) if asked.soak else (FAULTS, asked.minutes / max(1, len(kinds)))
    print(f"seed {asked.seed}, {minutes:g} minutes on each of {', '.join(kinds)}; {load}", flush=True)
    reports = []
    for kind in kinds:
        print(f"\n{kind}", flush=True)
        with tempfile.TemporaryDirectory(prefix="parley-fault-", ignore_cleanup_errors=True) as folder:
            os.chmod(folder, 0o711)  # PostgreSQL never runs as root: its user has to get to its own part
            place = (asked.keep or Path(folder)) / str(kind)
            place.mkdir(parents=True)
            reports.append(asyncio.run(tell(kind, place, 60 * minutes, asked.seed, plot)))
        show(reports[-1])
        skipped += reports[-1].skipped
    for line in skipped:
        print(f"skipped: {line}")
    violations = sum(len(report.violations) for report in reports)
    print(f"\nseed {asked.seed}: {sum(report.acknowledged for report in reports)} acknowledged writes")
    print(f"violations: {violations}")
    return 1 if violations or (skipped and not SKIPS) else 0


if __name__ == "__main__":
    sys.exit(main())
