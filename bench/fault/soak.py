"""What each process of the server holds of memory, minute by minute, while people come and go and nothing breaks."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from bench.fault import http
from bench.fault.clients import Bench
from bench.fault.faults import Place
from bench.fault.report import Report

MINUTE = 60.0  # seconds
WARM_AFTER = 5  # minutes, in which caches fill
READ_EVERY = 0.2  # seconds between two pages
MOST_GROWTH = 5.0  # % of what a process held then


async def watch_memory(place: Place, seconds: float, bench: Bench, report: Report) -> None:
    """Prints what each process holds, and says in the report how much that grew once the server was warm."""
    assert place.site.server is not None
    begun, rows = time.monotonic(), list[dict[int, int]]()
    reading = asyncio.create_task(_fill_caches(bench))
    while (left := begun + seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(left, MINUTE))
        rows.append(place.site.server.resident())
        held = ", ".join(f"{pid}: {kb / 1000:.1f} MB" for pid, kb in rows[-1].items())
        print(f"  {len(rows):3} min, {held}; {bench.diary.acknowledged} acknowledged", flush=True)
        if len(rows) == WARM_AFTER:
            reading.cancel()
    report.judge_growth(rows[WARM_AFTER - 1], rows[-1], MOST_GROWTH)


async def _fill_caches(bench: Bench) -> None:
    """Reads whole threads again and again while they change: what is kept of pages is bounded, and is to reach its
    bound before anything is measured."""
    while True:
        for thread in list(bench.world.talk.values()):
            with suppress(OSError):
                await http.get(bench.port, f"/threads/{thread.id}/?all=1")
            await asyncio.sleep(READ_EVERY)
