"""Measures what following costs: comments posted by HTTP, and when the followers' WebSockets receive them.

`python -m bench.live` needs some ten minutes; `--quick` takes 100 and 1,000 followers, other numbers can be named
(`python -m bench.live 2000`), and `--rounds 40` posts more comments than 20 at each. First one process with SQLite and
hints in memory, with two bare servers beside it (bench/bare.py); then two processes on a PostgreSQL and a Redis that
the bench starts itself. With `--against COMMIT` it measures that commit, too, in turn with this one, and prints the
ratios.

Everything runs on this machine: poster, followers and servers share its cores, and the network is loopback.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import secrets
import signal
import statistics
import sys
import tempfile
from pathlib import Path

from bench.audiences import Figures, of_bare, of_parley, staged
from bench.ratios import compare
from bench.services import two_processes, why_no_services

COUNTS = [100, 1_000, 5_000, 10_000]
COMPARED = [5_000, 10_000]  # with another build
LOGGED_IN = 1_000  # followers of the line that shows what a session costs
LAST = {5_000: 120, 10_000: 220}  # goal: ms from the start of the POST to the last follower, median of the rounds
RATIO = 1.5  # goal: CPU for a frame, beside the bare ASGI loop
MEMORY = 30  # goal: kB for a follower
SPARE = 500  # open files a process needs beside its followers


def setting(title: str, environment: dict[str, str], counts: list[int], rounds: int, bare: dict[int, float]) -> None:
    """Measures and prints one setting. `bare` holds CPU per frame of the bare ASGI loop; the first setting fills it."""
    own = {"DJANGO_SETTINGS_MODULE": "forum.settings", "SECRET_KEY": secrets.token_urlsafe(50)}
    environment = own | environment
    stage = staged(environment)
    print(f"\n{title}")
    one, _ = of_parley(stage, environment, 1, rounds)
    print(
        f"With one follower a comment costs {one.cpu / 1000:.1f} ms of CPU beyond its POST: to look, render and encode"
    )
    print(f"once, however many follow. A frame has {one.frame:,} bytes.")
    print(HEADING)
    compares = not bare
    for count in counts:
        figures, text = of_parley(stage, environment, count, rounds)
        others = [of_bare(kind, stage, count, rounds, text) for kind in ("asgi", "sockets") if compares]
        if others:
            bare[count] = others[0].cpu
        for shown in [figures, *others]:
            show(shown, bare.get(count), one.cpu if shown is figures else 0.0)
        judge(figures, bare.get(count))
    if LOGGED_IN in counts:
        show(of_parley(stage, environment, LOGGED_IN, rounds, logged_in=True)[0], bare.get(LOGGED_IN), one.cpu)


HEADING = (
    f"{'followers':>9}  {'':18}{'delivered':>10}{'p50':>8}{'p95':>8}{'max':>8}{'first':>8}{'last':>8}"
    f"{'worst':>8}{'µs/frame':>10}{'more':>7}{'x bare':>8}{'kB each':>9}{'RSS':>7}"
)


def show(found: Figures, bare: float | None, once: float) -> None:
    """One line of the table; `once` is what a comment costs however many follow, in µs."""
    times = found.times or [float("nan")]
    p95 = times[int(len(times) * 0.95)]
    first, last, worst = (float("nan"),) * 3
    if found.lasts:
        first, last, worst = statistics.median(found.firsts), statistics.median(found.lasts), max(found.lasts)
    ratio = f"{found.cpu / bare:.2f}" if bare else ""
    more = found.cpu - once / found.followers
    print(
        f"{found.followers:>9,}  {found.name:18}{found.delivered:>9.2f}%{statistics.median(times):>8.1f}{p95:>8.1f}"
        f"{times[-1]:>8.1f}{first:>8.1f}{last:>8.1f}{worst:>8.1f}{found.cpu:>10.1f}{more:>7.1f}{ratio:>8}"
        f"{found.memory:>9.1f}{found.growth:>7.1f}",
        flush=True,
    )
    if found.problems:
        print(f"{'':11}{found.problems}")


def judge(found: Figures, bare: float | None) -> None:
    """The goals that apply, beside what was found."""
    last = statistics.median(found.lasts) if found.lasts else float("inf")
    goals = [(found.delivered == 100, "all delivered"), (found.memory <= MEMORY, f"{MEMORY} kB each")]
    if bare:
        goals.append((found.cpu <= RATIO * bare, f"{RATIO} x bare"))
    if found.followers in LAST:
        goals.append((last <= LAST[found.followers], f"last within {LAST[found.followers]} ms"))
    print(f"{'':11}" + ", ".join(f"{name}: {'yes' if met else 'NO'}" for met, name in goals), flush=True)


def allowed(counts: list[int]) -> list[int]:
    """As many followers as the limit of open files lets one process have; says so if that is fewer."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # servers and followers inherit it
    most = hard - SPARE
    if any(count > most for count in counts):
        print(f"This machine allows a process {hard:,} open files: no more than {most:,} followers are measured.")
    return sorted({min(count, most) for count in counts})


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.live", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("counts", nargs="*", type=int, help="numbers of followers")
    parser.add_argument("--quick", action="store_true", help="100 and 1,000 only")
    parser.add_argument("--against", metavar="COMMIT", help="measure this commit, too, and print the ratios only")
    parser.add_argument("--rounds", type=int, default=20, help="comments posted at each number")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that whatever was started ends, too
    counts = allowed(asked.counts or (COUNTS[:2] if asked.quick else COUNTS))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; ", end="")
    print(f"{asked.rounds} comments at each number of followers")
    if asked.against:
        return compare(asked.against, counts if asked.counts else COMPARED, asked.rounds)
    print("ms from the start of the POST to receipt; first, last: to the first and the last follower, medians of the")
    print("rounds, and the worst of the last;")
    print("CPU of the server for a delivered frame, without that of the POST (more: and without what is spent once);")
    print("kB for a follower: memory (PSS), and growth of what all processes hold (RSS).")
    bare: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="parley-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        environment = {"DATABASE_URL": f"sqlite:///{Path(folder) / 'live.sqlite3'}", "REDIS_URL": ""}
        setting("One process, SQLite, hints in memory", environment, counts, asked.rounds, bare)
        if why := why_no_services():
            print(f"\nTwo processes are not measured: {why}.")
            return
        with two_processes(Path(folder) / "services") as environment:
            setting("Two processes, PostgreSQL, hints through Redis", environment, counts, asked.rounds, bare)


if __name__ == "__main__":
    main()
