"""What goes wrong, for a few seconds each. Whatever a fault breaks is whole again when it returns."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from signal import SIGKILL

import psycopg

from bench.fault.clock import SEEN_WITHIN
from bench.fault.site import Kind, Site, kill
from bench.fault.way import Way

# Keeps other writers out of an SQLite file until its standard input ends.
LOCKS = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20) as connection:
    connection.execute("BEGIN IMMEDIATE")
    sys.stdin.read()
    connection.execute("ROLLBACK")
"""


@dataclass
class Place:
    """Where faults happen."""

    site: Site
    way: Way
    choice: Random

    async def wait(self, least: float, most: float) -> None:
        await asyncio.sleep(self.choice.uniform(least, most))


@dataclass(frozen=True)
class Fault:
    name: str
    act: Callable[[Place], Awaitable[None]]
    kinds: tuple[Kind, ...] = (Kind.SQLITE, Kind.POSTGRESQL)
    why_not: Callable[[Site], str] = lambda site: ""  # why this machine cannot produce it


async def resets(place: Place) -> None:
    for _ in range(place.choice.randint(4, 10)):
        place.way.reset(place.choice.choice([0.3, 1.0]))
        await place.wait(0.1, 0.6)


async def lost_answers(place: Place) -> None:
    place.way.loses = True
    await place.wait(1, 4)
    place.way.loses = False


async def silent_connections(place: Place) -> None:
    place.way.silence()
    await place.wait(2, 5)
    place.way.speak(cut=place.choice.choice([0.0, 0.5, 1.0]))


async def cut_database(place: Place) -> None:
    line = place.site.line
    assert line is not None
    await asyncio.to_thread(line.cut)
    await place.wait(0.1, 4)
    await asyncio.to_thread(line.mend)


async def silent_database(place: Place) -> None:
    line = place.site.line
    assert line is not None
    line.silence()
    await place.wait(2, 7)
    line.speak()


async def killed_worker(place: Place) -> None:
    kill(place.choice.choice(place.site.workers()))
    await place.site.until_it_answers()


async def killed_parent(place: Place) -> None:
    kill(place.site.parent())
    await asyncio.sleep(1)
    await place.site.until_it_answers()


async def killed_redis(place: Place) -> None:
    redis = place.site.redis
    assert redis is not None
    redis.stop(SIGKILL)
    await place.wait(0, 5)
    await asyncio.to_thread(redis.start)


async def killed_backend(place: Place) -> None:
    cluster = place.site.cluster
    assert cluster is not None
    with suppress(psycopg.Error), cluster.connect() as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        if pids := [pid for (pid,) in connection.execute(asked)]:
            kill(place.choice.choice(pids))
    await place.wait(0.5, 2)
    await asyncio.to_thread(cluster.start_if_down)


async def killed_postmaster(place: Place) -> None:
    cluster = place.site.cluster
    assert cluster is not None
    cluster.kill()
    await place.wait(0, 4)
    await asyncio.to_thread(cluster.start_if_down)


async def full_disk(place: Place) -> None:
    await asyncio.to_thread(place.site.disk.fill)
    await place.wait(2, 5)
    place.site.disk.empty()
    if place.site.cluster is not None:
        await asyncio.to_thread(place.site.cluster.start_if_down)


async def locked_file(place: Place) -> None:
    command = [sys.executable, "-c", LOCKS, place.site.database_url.removeprefix("sqlite:///")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    await place.wait(2, 6)
    await asyncio.to_thread(process.communicate)


async def clock_steps(place: Place) -> None:
    for _ in range(2):
        place.site.clock.set(place.choice.choice([-1, 1]) * place.choice.randint(10, 3_000))
        await place.wait(SEEN_WITHIN, 3)
    place.site.clock.set(0)
    await asyncio.sleep(SEEN_WITHIN)


ON_POSTGRESQL = (Kind.POSTGRESQL,)
ALL = (
    Fault("connections reset", resets),
    Fault("answers lost", lost_answers),
    Fault("connections silent", silent_connections),
    Fault("database connections cut", cut_database, ON_POSTGRESQL),
    Fault("database connections silent", silent_database, ON_POSTGRESQL),
    Fault("worker killed", killed_worker),
    Fault("parent killed", killed_parent, ON_POSTGRESQL),
    Fault("Redis killed", killed_redis, ON_POSTGRESQL),
    Fault("database backend killed", killed_backend, ON_POSTGRESQL),
    Fault("postmaster killed", killed_postmaster, ON_POSTGRESQL),
    Fault("disk full", full_disk, why_not=lambda site: site.disk.why_not_small),
    Fault("database file locked", locked_file, (Kind.SQLITE,)),
    Fault("clock set", clock_steps, why_not=lambda site: site.clock.why_not),
)


def possible(site: Site) -> tuple[list[Fault], list[str]]:
    """The faults of this configuration, and those that this machine cannot produce, with why."""
    here = [fault for fault in ALL if site.kind in fault.kinds]
    skipped = [f"{fault.name}: {fault.why_not(site)}" for fault in here if fault.why_not(site)]
    return [fault for fault in here if not fault.why_not(site)], skipped
