"""One server with so many followers: what a comment costs it, and when each of them receives it."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from typing import Any
from uuid import uuid4

from bench.against import THIS, Build
from bench.followers import Audience, Heard
from bench.servers import HOST, Server, request, running
from bench.writers import Participant, Trigger, Writer
from tests.services import free_port

WARM = 5  # comments before anything is measured: caches, threads and connections are there afterwards
SPACING = 0.5  # seconds from one comment to the next; longer if it takes longer until all have it
REST = 0.15  # seconds after the last receipt that still count: a feed waits 0.05 before it looks again
TIMEOUT = 10.0  # seconds after which a comment that has not come is lost
FOLLOWED = re.compile(r'data-follow="([^"]+)"')


@dataclass
class Figures:
    """One server with so many followers. Times are ms, CPU is µs for a delivered frame; memory (PSS) and growth (of
    RSS) are kB for a follower."""

    name: str
    followers: int
    delivered: float = 0.0  # %
    times: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)  # to the first follower, in each round
    lasts: list[float] = field(default_factory=list)
    cpu: float = 0.0
    memory: float = 0.0
    growth: float = 0.0
    frame: int = 0  # bytes
    problems: str = ""


@dataclass
class Sent:
    """What the rounds with one audience found; `costs` are seconds of CPU and frames of each round."""

    marked: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
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
    sent.firsts += [min(times)] if times else []
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
    alone, before, held = cost_alone(server, writer, rounds), server.memory(), _resident(server)
    audience, begun = Audience(server.port, count, follow(), cookie=cookie), time.monotonic()
    audience.gather()
    print(f"  {name}: {audience.ready:,} came in {time.monotonic() - begun:.1f} s", file=sys.stderr)
    assert audience.ready, audience.problems
    server.wait_until_it_is_quiet()
    send(server, writer, audience, 1)  # a theme's first frame after a start is not what is measured
    sent = send(server, writer, audience, rounds)
    memory, growth = server.memory() - before, _resident(server) - held
    audience.leave()
    server.wait_until_it_is_quiet()  # it has to see them go before it is stopped
    per_frame = [(cpu - alone) / frames for cpu, frames in sent.costs if frames]
    figures = Figures(
        name,
        count,
        delivered=100 * sum(sent.marked) / (count * rounds),
        times=sorted(sent.times),
        firsts=sent.firsts,
        lasts=sent.lasts,
        cpu=statistics.median(per_frame) * 1e6 if per_frame else 0.0,
        memory=memory / count,
        growth=growth / count,
        frame=len(sent.text[0].encode()),
        problems=problems(audience, sent),
    )
    return figures, sent.text


def _resident(server: Server) -> int:
    """kB that all its processes hold together (RSS)."""
    return sum(server.resident().values())


def problems(audience: Audience, sent: Sent) -> str:
    """What went wrong with sockets, in words."""
    away = audience.count - audience.ready
    said = [f"{away} did not come: {audience.problems}"] if away else []
    said += [f"{times} were closed with {code}" for code, times in sent.closed.items()]
    return "; ".join(said)


@contextmanager
def parley(stage: dict[str, Any], environment: dict[str, str], build: Build) -> Iterator[tuple[Server, Participant]]:
    """The real server, and somebody who can write there."""
    port = free_port()
    command = [build.python, "manage.py", "serve", "--port", str(port)]
    environment = environment | {"LIVE_CONNECTIONS_PER_ADDRESS": "100000"}  # everybody comes from one
    with running(command, port, root=build.root, SITE_URL=f"http://{HOST}:{port}", **environment) as server:
        yield server, Participant(port, stage)


def follow_request(server: Server, stage: dict[str, Any]) -> str:
    """What a page of the thread asks for as soon as it is loaded."""
    _, page = request(server.port, "GET", f"/threads/{stage['thread']}/")
    found = FOLLOWED.search(page)
    assert found, "the page follows nothing"
    return json.dumps({"follow": json.loads(unescape(found[1]))})


def of_parley(
    stage: dict[str, Any], environment: dict[str, str], count: int, rounds: int, *, logged_in: bool = False,
    build: Build = THIS,
) -> tuple[Figures, tuple[str, str]]:  # fmt: skip
    """Our server, restarted for each measurement, so that no follower reuses memory of an earlier one."""
    with parley(stage, environment, build) as (server, writer):
        name, cookie = ("Parley, logged in", writer.browser.cookie) if logged_in else ("Parley", "")
        return measured(name, server, writer, partial(follow_request, server, stage), count, rounds, cookie)


def of_bare(kind: str, stage: dict[str, Any], count: int, rounds: int, text: tuple[str, str]) -> Figures:
    """A server that only tells, with the same followers and the same text."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", kind, str(port), json.dumps(stage["options"])]
    with running(command, port) as server:
        name = {"asgi": "bare ASGI loop", "sockets": "bare sockets"}[kind]
        return measured(name, server, Trigger(port, *text), lambda: "{}", count, rounds)[0]


def staged(environment: dict[str, str], build: Build = THIS) -> dict[str, Any]:
    """The database of one setting, filled by the build itself; what is in it."""
    command = [build.python, "-m", "bench.stage"]
    done = subprocess.run(command, cwd=build.root, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
