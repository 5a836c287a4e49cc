"""Followers of a theme with connections like those of static/js/live/live.js: WebSocket, server-sent events, polling.

Each has some pages open, and knows of them what a browser would show. Needs no Django.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.support.follower import Step
from tests.support.page import Page, State

LONGEST_WAIT = 2.0  # seconds between two tries; a browser waits up to thirty
SPREAD = 0.5  # seconds over which pages load themselves anew; in a browser four
LOST = (OSError, TimeoutError, WebSocketException, json.JSONDecodeError)
PLAIN: dict[str, Any] = {"compression": None, "ping_interval": None, "max_size": None, "open_timeout": 20}


class Surroundings(Protocol):
    """What readers share: where they connect to, which feed they follow, and which pages they have open."""

    host: tuple[str, int]
    url: str  # the origin of their pages
    address: str  # of the WebSocket
    feed: str
    first_pages: list[str]
    keeps: bool  # whether readers remember each text they hear

    async def load(self) -> list[str]: ...


class Reader(Page):
    """A page of somebody in a crowd, with a connection to the server, who comes back whenever it breaks."""

    def __init__(self, crowd: Surroundings) -> None:
        super().__init__({})
        self.crowd = crowd
        self.read(crowd.first_pages)
        self.heard: list[tuple[float, str]] = []  # when, and every text as it came: frames and pages
        self.asked_at = 0.0  # when the connection or page was asked for that the last text came by
        self.connects = self.loads = 0
        self.may_connect = asyncio.Event()
        self.may_connect.set()
        self.is_connected = asyncio.Event()
        self.socket: ClientConnection | None = None

    @property
    def revision(self) -> int:
        return self.follower.positions[self.crowd.feed][0]

    async def live(self) -> None:
        tries = 0
        while True:
            await self.may_connect.wait()
            connects = self.connects
            with suppress(LOST):
                await self._talk()
            tries = 0 if self.connects > connects else tries + 1
            if self.follower.closed():
                await self._load_anew()
            self.is_connected.clear()
            await asyncio.sleep(random.uniform(0, min(LONGEST_WAIT, 0.1 * 2**tries)))

    def cut(self) -> None:
        """Breaks the connection without a word, and keeps from coming back."""
        self.may_connect.clear()
        if self.socket is not None:
            self.socket.transport.abort()

    async def _talk(self) -> None:
        """One connection from its beginning to its end."""
        self.asked_at = time.monotonic()
        async with connect(self.crowd.address, origin=self.crowd.url, **PLAIN) as self.socket:
            await self._ask(self.follower.positions)
            self._opened()
            while await self._next(self.socket.recv()):
                pass

    def _opened(self) -> None:
        self.connects += 1
        self.follower.opened(now())
        self.is_connected.set()

    async def _next(self, text: Awaitable[str]) -> bool:
        """Waits for a text, or until something is due; False if the connection is to end."""
        try:
            heard = await asyncio.wait_for(text, max(0.0, self.follower.due_at - now()) / 1000)
        except TimeoutError:
            return await self._do(self.follower.due(now()))
        return await self._hear(heard)

    async def _hear(self, text: str) -> bool:
        self.note(text)
        return await self._do(self.hear(text, now()))

    def note(self, text: str) -> None:
        """Called with every text as it came: frames and pages."""
        if self.crowd.keeps:
            self.heard.append((time.monotonic(), sys.intern(text)))

    async def _do(self, steps: list[Step]) -> bool:
        for step in steps:
            match step["act"]:
                case "load":
                    await self._load_anew()
                    return False  # the connection begins again from the positions of the page
                case "ask":
                    await self._ask(step["positions"])
                case "end":
                    return False
        return True

    async def _ask(self, positions: Any) -> None:
        await self.socket.send(json.dumps({"follow": positions}))

    async def _load_anew(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(0, SPREAD))
            self.asked_at = time.monotonic()
            try:
                pages = await self.crowd.load()
            except OSError:  # an answer other than 200, too
                continue
            for page in pages:
                self.note(page)
            self.read(pages)
            self.loads += 1
            return


class EventsReader(Reader):
    """The same by server-sent events."""

    async def _talk(self) -> None:
        follow = ",".join(f"{feed}:{at}:{stamp}" for feed, (at, stamp) in self.follower.positions.items())
        self.asked_at = time.monotonic()
        async with requested(self.crowd, f"/live/events/?follow={follow}") as answer:
            self._opened()
            while await self._next(self._event(answer)):
                pass

    async def _event(self, answer: asyncio.StreamReader) -> str:
        while not (text := await line_of(answer)).startswith("data: "):
            pass
        return text.removeprefix("data: ")

    async def _ask(self, positions: Any) -> None:
        raise ConnectionError("a new stream is the question")


class PollingReader(Reader):
    """The same by asking now and then."""

    async def _talk(self) -> None:
        while True:
            (since, stamp), theme = self.follower.positions[self.crowd.feed], self.crowd.feed.split(":")[1]
            self.asked_at = time.monotonic()
            async with requested(self.crowd, f"/live/themes/{theme}/?since={since}&stamp={stamp}") as answer:
                told = json.loads(await answer.read())
            self._opened()
            for frame in told["frames"]:
                if not await self._hear(json.dumps(frame)):
                    return
            await asyncio.sleep(random.uniform(0.5, 2))  # a page waits eight to twelve seconds

    async def _ask(self, positions: Any) -> None:
        """Asks soon in any case."""


@asynccontextmanager
async def requested(crowd: Surroundings, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """The body of an answer, as it comes. Raises OSError unless it is 200."""
    host, port = crowd.host
    answer, request = await asyncio.open_connection(host, port, limit=2**22)
    try:
        request.write(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        if " 200 " not in await line_of(answer):
            raise ConnectionError(f"no answer to {path}")
        while await line_of(answer):
            pass  # headers
        yield answer
    finally:
        request.transport.abort()


async def line_of(answer: asyncio.StreamReader) -> str:
    line = await answer.readline()
    if not line.endswith(b"\n"):
        raise ConnectionError("cut off")
    return line.decode().rstrip("\r\n")


def now() -> float:
    """ms, as a page's clock has them."""
    return time.monotonic() * 1000


def differing(state: State, truth: State) -> list[str]:
    """The names of what is not the same in both."""
    return sorted(name for name in state.keys() | truth.keys() if state.get(name) != truth.get(name))
