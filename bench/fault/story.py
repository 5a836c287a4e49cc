"""One run on one configuration: people write, things break, everything is healed, and what is left is compared."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.fault.clients import Bench, Client
from bench.fault.diary import Diary
from bench.fault.faults import Fault, Place, possible
from bench.fault.followers import Audience
from bench.fault.moderators import Moderator
from bench.fault.report import Report
from bench.fault.site import Kind, Site
from bench.fault.soak import watch_memory
from bench.fault.way import Way
from bench.fault.words import Words
from bench.fault.world import World
from bench.fault.writers import Writer
from tests.live.resetting_proxy import ResettingProxy

CALM = (3.0, 8.0)  # seconds between two faults
RESETS_EVERY = 1.5  # seconds between two followers' connections that are reset in the middle of what they hear
ANSWERED_WITHIN = 90.0  # seconds after the last fault in which every client must have had its answer
SETTLED_WITHIN = 15.0  # seconds after the last answer in which every follower must show what is there


@dataclass(frozen=True)
class Plot:
    """What happens while people write."""

    writers: int
    pause: tuple[float, float]  # seconds between two acts of a client: at least, at most
    happens: Callable[[Place, float, Bench, Report], Awaitable[None]]
    has_own_clock: bool = False


async def tell(kind: Kind, folder: Path, seconds: float, seed: int, plot: Plot) -> Report:
    choice, report = Random(f"{seed} {kind}"), Report()
    way = Way(choice)
    await way.open()
    with Site(kind, folder, way.port, has_own_clock=plot.has_own_clock) as site:
        way.there = site.port
        stage = await asyncio.to_thread(site.run, "bench.fault.stage", str(plot.writers), str(seconds))
        (folder / "stage.json").write_text(json.dumps(stage))
        keeping = asyncio.create_task(site.keep_serving())
        await site.until_it_answers()
        with ResettingProxy(way.port, seed=seed, every=RESETS_EVERY) as resetting:
            world = World(stage, choice)
            bench = Bench(way.port, world, Diary(folder / "diary.jsonl"), choice, Words(choice), plot.pause)
            slugs = {theme["id"]: theme["slug"] for theme in stage["themes"]}
            audience = Audience(stage["event"], slugs, (resetting.port, way.port), world, choice)
            run = Run(bench, audience, stage)
            await run.begin()
            await plot.happens(Place(site, way, choice), seconds, bench, report)
            await site.heal()
            await run.end(report)
            resetting.leave_alone()
            await run.settle(site.port, folder, report)
            report.lines += run.figures(site, way, resetting)
        keeping.cancel()
        if site.server is not None:
            site.server.stop()
        found = await asyncio.to_thread(site.run, "bench.fault.checker", str(folder), str(seed))
        report.violations += found["violations"]
        report.lines += found["figures"]
        way.close()
    return report


async def break_things(place: Place, seconds: float, bench: Bench, report: Report) -> None:
    """One fault after the other, each of them once before any comes again."""
    deadline, deck = time.monotonic() + seconds, list[Fault]()
    faults, report.skipped = possible(place.site)
    done: Counter[str] = Counter()
    while time.monotonic() < deadline:
        deck = deck or place.choice.sample(faults, len(faults))
        fault, begun = deck.pop(), time.monotonic()
        await fault.act(place)
        await place.site.heal()
        done[fault.name] += 1
        left = deadline - time.monotonic()
        print(f"  {left:5.0f} s left, {fault.name}, {time.monotonic() - begun:.1f} s; "
              f"{bench.diary.acknowledged} acknowledged", flush=True)  # fmt: skip
        await place.wait(*CALM)
    report.lines.append("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(done.items())))


FAULTS = Plot(writers=16, pause=(0.02, 0.25), happens=break_things, has_own_clock=True)
SOAK = Plot(writers=4, pause=(0.5, 2.0), happens=watch_memory)


class Run:
    """Everybody who takes part."""

    def __init__(self, bench: Bench, audience: Audience, stage: dict[str, Any]) -> None:
        self.bench, self.audience = bench, audience
        self.clients: list[Client] = [Writer(bench, person, stage) for person in stage["writers"]]
        self.clients += [Moderator(bench, person) for person in stage["moderators"]]
        self.tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        await self.audience.gather()
        self.tasks = [asyncio.create_task(client.live()) for client in self.clients]
        self.changing = asyncio.create_task(self.audience.come_and_go())

    async def end(self, report: Report) -> None:
        """Starts nothing new, and waits for the answers that are outstanding."""
        self.bench.ends.set()
        self.changing.cancel()
        (ended,) = await asyncio.gather(self.changing, return_exceptions=True)
        if not isinstance(ended, asyncio.CancelledError):
            report.violations.append(f"those who come and go broke: {ended!r}")
        done, waiting = await asyncio.wait(self.tasks, timeout=ANSWERED_WITHIN)
        report.violations += [f"a client broke: {task.exception()!r}" for task in done if task.exception()]
        for task in waiting:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self.bench.diary.close()
        report.acknowledged = self.bench.diary.acknowledged

    async def settle(self, port: int, folder: Path, report: Report) -> None:
        differences, older = await self.audience.settle(port, SETTLED_WITHIN)
        await self.audience.disperse()
        report.violations += differences + self.audience.violations + self.bench.errors
        seen = {"older": {theme: sorted(keys) for theme, keys in older.items()}, "lost": self.bench.lost_uploads}
        (folder / "seen.json").write_text(json.dumps(seen))

    def figures(self, site: Site, way: Way, resetting: ResettingProxy) -> list[str]:
        diary, audience = self.bench.diary, self.audience
        return [
            "acknowledged: " + ", ".join(f"{act} {count}" for act, count in diary.done.most_common()),
            "refused: " + ", ".join(f"{act} ({status}) {n}" for (act, status), n in diary.refused.most_common()),
            f"sent again: {diary.repeats}; answers by status (0: none): {dict(sorted(self.bench.statuses.items()))}",
            f"answers lost on the way: {way.lost}; server started {site.starts} times",
            f"followers: {audience.came} came, {audience.connects} connections, {audience.loads} loads after a reset, "
            f"{audience.heard} texts heard, {audience.gaps} gaps noticed, {resetting.resets} connections cut",
        ]
