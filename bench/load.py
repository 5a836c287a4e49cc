"""The load: requests over connections that stay open, from a process of its own, as cheap as Python allows.

The bodies are counted and not read. A connection sends its next request as soon as it has the answer to the last one.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import httptools
import uvloop

from bench.servers import HOST

LONGEST = 300.0  # seconds that anything asked for here may take


@dataclass(frozen=True)
class Plan:
    """What to send. Each connection has its own requests and sends them in turn, each once, or over and over for some
    seconds, but `at_least` so many times."""

    port: int
    requests: list[list[bytes]]
    seconds: float | None = None
    at_least: int = 1


@dataclass
class Outcome:
    """What came back: a time in ms for each answer, how often each status, and the bytes of heads and bodies."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    size: int = 0
    seconds: float = 0.0  # from the first request to the last answer

    @property
    def count(self) -> int:
        return len(self.times)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return self.count / self.seconds

    def add(self, other: Outcome) -> None:
        self.times += other.times
        self.statuses += other.statuses
        self.size += other.size
        self.seconds += other.seconds


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, run: Run, requests: list[bytes]) -> None:
        self.run, self.requests = run, requests
        self.sent = 0
        self.begun = 0.0
        self.waits = False
        self.transport: Any = None
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if self.waits:
            self.done.set_exception(error or ConnectionError("the server closed the connection before its answer"))
        else:  # after an answer, as it may
            asyncio.ensure_future(self.open()).add_done_callback(self._opened)

    async def open(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, HOST, self.run.plan.port)

    def data_received(self, data: bytes) -> None:
        self.run.outcome.size += len(data)
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """httptools calls it, with the whole answer read."""
        now, outcome = time.perf_counter(), self.run.outcome
        outcome.times.append((now - self.begun) * 1000)
        outcome.statuses[self.parser.get_status_code()] += 1
        self.waits = False
        if not self._goes_on(now):
            self.done.set_result(now)
        elif self.parser.should_keep_alive():
            self._send()
        else:
            self.transport.close()

    def _goes_on(self, now: float) -> bool:
        if self.run.ends is None:
            return self.sent < len(self.requests)
        return now < self.run.ends or self.sent < self.run.plan.at_least

    def _send(self) -> None:
        request = self.requests[self.sent % len(self.requests)]
        self.sent += 1
        self.waits = True
        self.begun = time.perf_counter()
        self.transport.write(request)

    def _opened(self, opening: asyncio.Task[None]) -> None:
        if (error := opening.exception()) is not None and not self.done.done():
            self.done.set_exception(error)


class Run:
    """One plan, while it is carried out."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.outcome = plan, Outcome()
        self.ends: float | None = None

    async def carry_out(self) -> Outcome:
        lines = [Line(self, requests) for requests in self.plan.requests]
        begun = time.perf_counter()
        if self.plan.seconds is not None:
            self.ends = begun + self.plan.seconds
        async with asyncio.timeout(LONGEST):
            await asyncio.gather(*[line.open() for line in lines])
            ended = await asyncio.gather(*[line.done for line in lines])
        for line in lines:
            line.transport.abort()
        self.outcome.seconds = max(ended) - begun
        return self.outcome


def _process(pipe: Connection) -> None:
    gc.disable()  # a collection would look like a slow answer; nothing here makes circles that matter
    while (plan := pipe.recv()) is not None:
        try:
            pipe.send(uvloop.run(Run(plan).carry_out()))
        except Exception as error:
            pipe.send(error)


class Load:
    """The process, seen from the bench."""

    def __enter__(self) -> Load:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_process, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # it may have ended
            self.pipe.send(None)
        self.process.join(20)
        self.pipe.close()

    def carry_out(self, plan: Plan) -> Outcome:
        """Raises what went wrong with a connection."""
        self.pipe.send(plan)
        outcome = self.pipe.recv()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
