"""Who follows: on all three transports, with the rules of the page's script; they come and go.

Each has the pages of the event, of a theme and of one thread of it open.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.fault import http
from bench.fault.words import WORD
from bench.fault.world import Thread, World
from tests.support.page import Page, State
from tests.support.readers import EventsReader, PollingReader, Reader

COUNT = 4  # of each kind
EVERY = 2.0  # seconds after which one goes and another comes
IN_FLIGHT = 15.0  # seconds that what was sent before a removal may take to arrive: a connection may be silent for some
SHARED = 1.0  # seconds after a removal's acknowledgement from which whatever is asked for has to know of it
INDENT = re.compile(r' data-indent="\d+"')  # a page sets comments in by those around them, which a frame does not know


@dataclass
class Audience:
    """What all followers share; `ways` are the ports by which they connect and load pages."""

    event: str
    slugs: dict[int, str]  # of the themes
    ways: tuple[int, int]
    world: World
    choice: Random
    readers: dict[Watching, asyncio.Task[None]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    heard: int = 0  # texts
    came: int = 0
    connects: int = 0
    loads: int = 0
    gaps: int = 0  # frames that did not follow on what a page knew

    async def gather(self) -> None:
        for kind in (WebSocketFollower, EventsFollower, PollingFollower):
            await asyncio.gather(*[self.join(kind) for _ in range(COUNT)])

    async def come_and_go(self) -> None:
        """One goes and another of the same kind comes, for ever."""
        while True:
            await asyncio.sleep(self.choice.uniform(0.5, 1.5) * EVERY)
            reader = self.choice.choice([*self.readers])
            await self.leave(reader)
            await self.join(type(reader))

    async def join(self, kind: type[Watching]) -> None:
        thread = self.choice.choice([*self.world.talk.values()])
        window = Window(self, thread)
        asked_at = time.monotonic()
        while not window.first_pages:
            try:
                window.first_pages = await window.load()
            except OSError:
                await asyncio.sleep(self.choice.uniform(0.1, 0.5))
                asked_at = time.monotonic()
        reader = kind(window)
        reader.asked_at = asked_at
        for page in window.first_pages:
            reader.note(page)
        self.came += 1
        self.readers[reader] = asyncio.create_task(reader.live())

    async def leave(self, reader: Watching) -> None:
        task = self.readers.pop(reader)
        self.connects += reader.connects
        self.loads += reader.loads
        self.gaps += reader.gaps
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        if not isinstance(ended, asyncio.CancelledError):
            self.violations.append(f"a follower broke: {ended!r}")

    async def disperse(self) -> None:
        for reader in [*self.readers]:
            await self.leave(reader)

    async def settle(self, port: int, within: float) -> tuple[list[str], dict[int, set[int]]]:
        """Waits until every follower shows what the server's own pages do; what is still otherwise after so many
        seconds, and the threads that followers list below those which the pages have room for, by theme."""
        deadline = time.monotonic() + within
        while True:
            truths = {reader.crowd.thread.id: await self._truth(reader.crowd, port) for reader in self.readers}
            found = [line for reader in self.readers for line in reader.differences(truths[reader.crowd.thread.id])]
            if not found or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        older: dict[int, set[int]] = {}
        for reader in self.readers:
            shown = reader.state.keys() - truths[reader.crowd.thread.id].keys()
            older.setdefault(reader.crowd.thread.theme, set()).update(
                int(name.split("-")[1]) for name in shown if name.startswith("thread-")
            )
        return found, older

    async def _truth(self, window: Window, port: int) -> State:
        page = Page({})
        page.read(await window.load(port))
        return page.state


class Window:
    """The pages that a follower has open."""

    keeps = False

    def __init__(self, audience: Audience, thread: Thread) -> None:
        self.audience, self.thread = audience, thread
        connecting, self.loading = audience.ways
        self.host = ("127.0.0.1", connecting)
        self.url = f"http://127.0.0.1:{self.loading}"
        self.address = f"ws://127.0.0.1:{connecting}/live/"
        self.feed = f"theme:{thread.theme}"
        event = f"/{audience.event}/"
        self.pages = [event, f"{event}{audience.slugs[thread.theme]}/", f"/threads/{thread.id}/?all=1"]
        self.first_pages: list[str] = []

    async def load(self, port: int = 0) -> list[str]:
        """Raises OSError."""
        found = []
        for path in self.pages:
            answer = await http.get(port or self.loading, path)
            if answer.status != 200:
                raise ConnectionError(f"{path} was answered {answer.status}")
            found.append(answer.body)
        return found


class Watching(Reader):
    """A page that notices what it should not have been shown."""

    crowd: Window

    def note(self, text: str) -> None:
        audience, now = self.crowd.audience, time.monotonic()
        audience.heard += 1
        for word in set(WORD.findall(text)):
            if word in audience.world.secret:
                audience.violations.append(f"{self.kind} heard {word}, which was never public")
            gone = audience.world.gone.get(word)
            if gone is not None and (self.asked_at > gone + SHARED or now > gone + IN_FLIGHT):
                late = f"{now - gone:.1f} s after it was gone, asked for {self.asked_at - gone:+.1f} s from then"
                audience.violations.append(f"{self.kind} heard {word} {late}")

    @property
    def kind(self) -> str:
        return type(self).__name__

    def _apply(self, made: list[dict[str, Any]]) -> None:
        """A browser has no place for comments of other threads."""
        here = self.crowd.thread.id
        super()._apply([each for each in made if each["kind"] != "comment" or each["thread"] == here])

    def differences(self, truth: State) -> list[str]:
        """What this page shows otherwise than the server's own pages; an older thread than they list is none."""
        head = f"head-{self.crowd.thread.id}"
        mine = {name: shown for name, shown in self.state.items() if not name.startswith("head-") or name == head}
        names = truth.keys() | {name for name in mine if not name.startswith("thread-")}
        where = f"{self.kind} of thread {self.crowd.thread.id} at {self.follower.positions[self.crowd.feed]}"
        return [
            f"{where}: {name} is {_told(mine.get(name))}, not {_told(truth.get(name))}"
            for name in sorted(names)
            if _plain(mine.get(name)) != _plain(truth.get(name))
        ]


class WebSocketFollower(Watching):
    pass


class EventsFollower(Watching, EventsReader):
    pass


class PollingFollower(Watching, PollingReader):
    pass


def _plain(element: tuple[int, str] | None) -> tuple[int, str] | None:
    return element and (element[0], INDENT.sub("", element[1]))


def _told(element: tuple[int, str] | None) -> str:
    return f"at revision {element[0]}" if element else "missing"
