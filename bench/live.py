"""Measures what following costs: comments posted by HTTP, and when the followers' WebSockets receive them.

`python -m bench.live` needs some ten minutes; `--quick` takes 100 and 1,000 followers, other numbers can be named
(`python -m bench.live 2000`), and `--rounds 40` posts more comments than 20 at each. First one process with SQLite and
hints in memory, with two bare servers beside it (bench/bare.py); then, if PostgreSQL and Redis are there, two
processes. Everything runs on this machine: poster, followers and servers share its cores, and the network is loopback.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from bench.followers import Audience, Heard
from bench.servers import HOST, Server, request, running
from bench.writers import Participant, Trigger, Writer
from tests.server import free_port
from tests.services import POSTGRES_URL, REDIS_URL, has_postgres, has_redis

COUNTS = [100, 1_000, 5_000, 10_000]
LOGGED_IN = 1_000  # followers of the line that shows what a session costs
WARM = 5  # comments before anything is measured: caches, threads and connections are there afterwards
SPACING = 0.5  # seconds from one comment to the next; longer if it takes longer until all have it
REST = 0.15  # seconds after the last receipt that still count: a feed waits 0.05 before it looks again
TIMEOUT = 10.0  # seconds after which a comment that has not come is lost
LAST = {5_000: 120, 10_000: 220}  # goal: ms from the start of the POST to the last follower, median of the rounds
RATIO = 1.5  # goal: CPU for a frame, beside the bare ASGI loop
MEMORY = 30  # goal: kB for a follower
SPARE = 500  # open files a process needs beside its followers
FOLLOWED = re.compile(r'data-follow="([^"]+)"')


@dataclass
class Figures:
    """One server with so many followers. Times are ms, CPU is µs for a delivered frame, memory kB for a follower."""

    name: str
    followers: int
    delivered: float = 0.0  # %
    times: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)
    cpu: float = 0.0
    memory: float = 0.0
    frame: int = 0  # bytes
    problems: str = ""


@dataclass
class Sent:
    """What the rounds with one audience found; `costs` are seconds of CPU and frames of each round."""

    marked: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)
    costs: list[tuple[float, int]] = field(default_factory=list)
    closed: Counter[int] = field(default_factory=Counter)  # sockets the server ended, by code
    text: tuple[str, str] = ("", "")  # one of the frames, with its marker


def new_marker() -> str:
    return f"marker{uuid4().hex[:12]}"


def cost_alone(server: Server, writer: Writer, rounds: int) -> float:
    """Seconds of CPU for one comment that nobody follows: the median."""
    costs = []
    for _ in range(rounds):
        before = server.cpu()
        writer.write(new_marker())
        time.sleep(REST)
        costs.append(server.cpu() - before)
    return statistics.median(costs)


def send(server: Server, writer: Writer, audience: Audience, rounds: int) -> Sent:
    sent = Sent()
    for _ in range(rounds):
        marker = new_marker()
        audience.listen(marker)
        before = server.cpu()
        begun = writer.write(marker)
        heard = audience.heard(TIMEOUT)
        time.sleep(REST)
        _note(sent, marker, begun, server.cpu() - before, heard)
        time.sleep(max(0.0, begun + SPACING - time.monotonic()))
    return sent


def _note(sent: Sent, marker: str, begun: float, cpu: float, heard: list[Heard]) -> None:
    times = [(moment - begun) * 1000 for part in heard for moment in part.times]
    sent.times += times
    sent.lasts += [max(times)] if times else []
    sent.marked.append(len(times))
    sent.costs.append((cpu, sum(part.frames for part in heard)))
    for part in heard:
        sent.closed += part.closed
    sent.text = next(((part.text, marker) for part in heard if part.text), sent.text)


def measured(
    name: str, server: Server, writer: Writer, follow: Callable[[], str], count: int, rounds: int, cookie: str = ""
) -> tuple[Figures, tuple[str, str]]:
    """One server with so many followers; also one of its frames with the marker in it."""
    cost_alone(server, writer, WARM)
    alone, before = cost_alone(server, writer, rounds), server.memory()
    audience, begun = Audience(server.port, count, follow(), cookie=cookie), time.monotonic()
    audience.gather()
    print(f"  {name}: {audience.ready:,} came in {time.monotonic() - begun:.1f} s", file=sys.stderr)
    assert audience.ready, audience.problems
    server.wait_until_it_is_quiet()
    send(server, writer, audience, 1)  # a theme's first frame after a start is not what is measured
    sent = send(server, writer, audience, rounds)
    memory = server.memory() - before
    audience.leave()
    server.wait_until_it_is_quiet()  # it has to see them go before it is stopped
    per_frame = [(cpu - alone) / frames for cpu, frames in sent.costs if frames]
    figures = Figures(
        name,
        count,
        delivered=100 * sum(sent.marked) / (count * rounds),
        times=sorted(sent.times),
        lasts=sent.lasts,
        cpu=statistics.median(per_frame) * 1e6 if per_frame else 0.0,
        memory=memory / count,
        frame=len(sent.text[0].encode()),
        problems=problems(audience, sent),
    )
    return figures, sent.text


def problems(audience: Audience, sent: Sent) -> str:
    """What went wrong with sockets, in words."""
    away = audience.count - audience.ready
    said = [f"{away} did not come: {audience.problems}"] if away else []
    said += [f"{times} were closed with {code}" for code, times in sent.closed.items()]
    return "; ".join(said)


@contextmanager
def parley(stage: dict[str, Any], environment: dict[str, str]) -> Iterator[tuple[Server, Participant]]:
    """The real server, and somebody who can write there."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with running(command, port, SITE_URL=f"http://{HOST}:{port}", **environment) as server:
        yield server, Participant(port, stage)


def follow_request(server: Server, stage: dict[str, Any]) -> str:
    """What a page of the thread asks for as soon as it is loaded."""
    _, page = request(server.port, "GET", f"/threads/{stage['thread']}/")
    found = FOLLOWED.search(page)
    assert found, "the page follows nothing"
    return json.dumps({"follow": json.loads(unescape(found[1]))})


def of_parley(
    stage: dict[str, Any], environment: dict[str, str], count: int, rounds: int, *, logged_in: bool = False
) -> tuple[Figures, tuple[str, str]]:
    """Our server, started anew, so that no follower takes memory that an earlier one has left."""
    with parley(stage, environment) as (server, writer):
        name, cookie = ("Parley, logged in", writer.cookie) if logged_in else ("Parley", "")
        return measured(name, server, writer, partial(follow_request, server, stage), count, rounds, cookie)


def of_bare(kind: str, stage: dict[str, Any], count: int, rounds: int, text: tuple[str, str]) -> Figures:
    """A server that only tells, with the same followers and the same text."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", kind, str(port), json.dumps(stage["options"])]
    with running(command, port) as server:
        name = {"asgi": "bare ASGI loop", "sockets": "bare sockets"}[kind]
        return measured(name, server, Trigger(port, *text), lambda: "{}", count, rounds)[0]


def staged(environment: dict[str, str]) -> dict[str, Any]:
    """The database of one setting, filled; what is in it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.stage"], env=os.environ | environment, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def own_database() -> Iterator[str]:
    """A PostgreSQL database for this run only."""
    name = f"parley_bench_live_{os.getpid()}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(POSTGRES_URL)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def setting(title: str, environment: dict[str, str], counts: list[int], rounds: int, bare: dict[int, float]) -> None:
    """Measures and prints one setting. `bare` holds CPU per frame of the bare ASGI loop; the first setting fills it."""
    environment = {"DJANGO_SETTINGS_MODULE": "forum.settings"} | environment
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
    f"{'followers':>9}  {'':18}{'delivered':>10}{'p50':>8}{'p95':>8}{'max':>8}{'last':>8}{'worst':>8}"
    f"{'µs/frame':>10}{'more':>7}{'x bare':>8}{'kB each':>9}"
)


def show(found: Figures, bare: float | None, once: float) -> None:
    """One line of the table; `once` is what a comment costs however many follow, in µs."""
    times = found.times or [float("nan")]
    p95 = times[int(len(times) * 0.95)]
    last, worst = (statistics.median(found.lasts), max(found.lasts)) if found.lasts else (float("nan"),) * 2
    ratio = f"{found.cpu / bare:.2f}" if bare else ""
    more = found.cpu - once / found.followers
    print(
        f"{found.followers:>9,}  {found.name:18}{found.delivered:>9.2f}%{statistics.median(times):>8.1f}{p95:>8.1f}"
        f"{times[-1]:>8.1f}{last:>8.1f}{worst:>8.1f}{found.cpu:>10.1f}{more:>7.1f}{ratio:>8}{found.memory:>9.1f}",
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
    parser.add_argument("--rounds", type=int, default=20, help="comments posted at each number")
    asked = parser.parse_args()
    counts = allowed(asked.counts or (COUNTS[:2] if asked.quick else COUNTS))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; ", end="")
    print(f"{asked.rounds} comments at each number of followers")
    print("ms from the start of the POST to receipt; last: to the last follower, median and worst of the rounds;")
    print("CPU of the server for a delivered frame, without that of the POST (more: and without what is spent once);")
    print("memory (PSS) for a follower.")
    bare: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        environment = {"DATABASE_URL": f"sqlite:///{Path(folder) / 'live.sqlite3'}", "REDIS_URL": ""}
        setting("One process, SQLite, hints in memory", environment, counts, asked.rounds, bare)
    if not (has_postgres() and has_redis()):
        print("\nPostgreSQL or Redis is not there: two processes are not measured.")
        return
    with own_database() as url:
        environment = {"DATABASE_URL": url, "REDIS_URL": REDIS_URL, "WEB_CONCURRENCY": "2"}
        setting("Two processes, PostgreSQL, hints through Redis", environment, counts, asked.rounds, bare)


if __name__ == "__main__":
    main()
