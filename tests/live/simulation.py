"""A small world in one event loop whose clock jumps: the hub and its feeds, the followers' endpoint, pages.

The servers' code is the product's own, and so are the rules by which pages judge frames. The database and the network
are models, so that a database can be restored and a connection cut between any two texts, thousands of times a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from asgiref.sync import SyncToAsync
from channels.layers import InMemoryChannelLayer
from django.db import connections

from forum.events.queries.positions import Position, history_between
from forum.kernel.realtime import group_of_feed
from forum.live import consumers, following, hub
from forum.live.consumers import PublicFollower
from forum.live.feed import Look
from forum.live.frames import Change
from forum.live.hub import Hub
from tests.support.page import Page

FEED = "theme:1"
QUIET = 150.0  # seconds after the last fault in which everybody must have ended equal: longer than SILENCE and a wait
WAIT = 2.0  # seconds at most between two tries to connect
_here: ContextVar[Hub] = ContextVar("the hub of the process whose code runs")


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop that never waits: its clock goes on to the next thing that is due."""

    clock = 0.0

    def time(self) -> float:
        return self.clock

    def _run_once(self) -> None:
        if not self._ready:
            due = [handle.when() for handle in self._scheduled if not handle.cancelled()]
            assert due, "everything waits for something that never comes"
            self.clock = max(self.clock, min(due))
        super()._run_once()


@dataclass
class Database:
    """One theme: its history of stamps, and each element as it is now: (revision, text), with "" for what is gone."""

    choice: Random
    positions: list[Position] = field(default_factory=lambda: [Position(0, 1)])
    elements: dict[int, tuple[int, str]] = field(default_factory=dict)

    @property
    def position(self) -> Position:
        return self.positions[-1]

    def commit(self, made: dict[int, str], *, revisions: int = 1) -> None:
        """Some elements as they are from now on, at one revision or each at its own, the last ones alike."""
        for n, (key, text) in enumerate(made.items(), start=1):
            self.elements[key] = (self.position.revision + min(n, revisions), text)
        self.positions.append(Position(self.position.revision + revisions, self.choice.randrange(1, 2**31)))

    def state(self) -> dict[str, tuple[int, str]]:
        """What a page shows that knows everything."""
        return {f"comment-{key}": (at, text) for key, (at, text) in self.elements.items() if text}


def change(key: int, revision: int, text: str) -> Change:
    body = json.dumps({"kind": "comment", "id": key, "revision": revision, "html": text})
    return Change(("comment", key), revision, body, len(body))


class Link:
    """A connection between a page and a server: texts arrive later, in order, until it is cut."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.to_page: asyncio.Queue[str | None] = asyncio.Queue()
        self.cut_after: int | None = None  # texts
        self.is_cut = False
        self.swaps = False
        self.kept_back: str | None = None
        self.to_server.put_nowait({"type": "websocket.connect"})

    async def send(self, message: dict[str, Any]) -> None:
        """What the server sends; a slow line makes it wait."""
        if self.is_cut:
            raise OSError("the connection is lost")
        if message["type"] == "websocket.close":
            self.cut()
        if message["type"] != "websocket.send":
            return
        if self.world.choice.random() < 0.1:
            await asyncio.sleep(self.world.choice.random())
        self._carry(message["text"])

    def _carry(self, text: str) -> None:
        """As two tasks that write to one connection would: now and then a text comes after the one behind it."""
        if self.swaps and self.kept_back is None and self.world.choice.random() < 0.4:
            self.kept_back = text
            return
        self._deliver(text)
        if self.kept_back:
            if self.swaps and self.world.choice.random() < 0.3:
                self.cut()  # where it hurts most: what comes second is the older one
            self._deliver(self.kept_back)
        self.kept_back = None

    def _deliver(self, text: str) -> None:
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                self.cut()
        if not self.is_cut:
            self.to_page.put_nowait(text)

    def cut(self, *, silently: bool = False) -> None:
        """Nothing more arrives. The page may not be told: then only the silence says so."""
        if self.is_cut:
            return
        self.is_cut = True
        if not silently:
            self.to_page.put_nowait(None)
        self.to_server.put_nowait({"type": "websocket.disconnect", "code": 1006})


class NumberedFollower(PublicFollower):
    """Followers are kept in a set: by their numbers they stand there in the same order each time a story is played."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class SimulatedPage(Page):
    """A page that keeps a connection, as static/js/live/live.js does."""

    def __init__(self, world: World, *, polls: bool) -> None:
        super().__init__({})
        self.world, self.polls = world, polls
        self.follower.random = world.choice.random
        self.link: Link | None = None
        self.held: tuple[Any, Any] | None = None
        self.was_disturbed = False
        self.loads = 0
        self.load()

    def load(self) -> None:
        self.loads += 1
        self.held = None
        self.follower.release()
        database = self.world.database
        self.state = database.state()
        self.known = {name: revision for name, (revision, _) in self.state.items()}
        self.follower.loaded({FEED: [database.position.revision, database.position.stamp]})

    def look_away(self) -> None:
        """Nobody looks at the page: what comes now may have to be asked for again."""
        if self.held is None and not self.follower.is_stale:
            self.follower.hold()
            self.held = (dict(self.state), dict(self.known))

    def rest(self) -> None:
        """After a minute it ends its connection, and forgets what it held back."""
        if self.held is not None and not self.follower.is_stale:
            self.state, self.known = map(dict, self.held)
            self.follower.rest()
            if self.link:
                self.link.cut()

    def come_back(self) -> None:
        self.held = None
        self.follower.release()

    async def live(self) -> None:
        while True:
            process = self.world.choice.choice(self.world.processes)
            with contextlib.suppress(ConnectionError):
                await (self._poll(process) if self.polls else self._follow(process))
            if self.follower.closed():
                await self._load_anew()
            await asyncio.sleep(self.world.choice.random() * WAIT)

    async def _poll(self, process: Process) -> None:
        while True:
            asked = Position(*self.follower.positions[FEED])
            texts = await process.run(process.hub.since(FEED, asked))
            self.follower.opened(self.world.now())
            for text in texts or []:
                acts = {step["act"] for step in self.hear(text, self.world.now())}
                if "load" in acts:
                    return await self._load_anew()
                if "rest" in acts:
                    return self.rest()
            await asyncio.sleep(8 + 4 * self.world.choice.random())

    async def _follow(self, process: Process) -> None:
        link = self.link = Link(self.world)
        link.swaps = self.was_disturbed = self.world.swaps
        if self.world.cuts:
            link.cut_after = self.world.cuts.pop()
        process.serve(link)
        self._ask(link, self.follower.positions)
        self.follower.opened(self.world.now())
        try:
            while True:
                try:
                    wait = max(0.0, self.follower.due_at - self.world.now()) / 1000
                    text = await asyncio.wait_for(link.to_page.get(), wait + 0.001)
                except TimeoutError:
                    steps = self.follower.due(self.world.now())
                else:
                    if text is None:
                        return
                    gaps = self.gaps
                    steps = self.hear(text, self.world.now())
                    assert self.gaps == gaps or self.was_disturbed, "the server let something newer overtake"
                for step in steps:
                    if step["act"] == "load":
                        return await self._load_anew()
                    if step["act"] == "ask":
                        self._ask(link, step["positions"])
                    if step["act"] == "rest":
                        self.rest()
                        return
                    if step["act"] == "end":
                        return
        finally:
            link.cut()

    def _ask(self, link: Link, positions: Any) -> None:
        link.to_server.put_nowait({"type": "websocket.receive", "text": json.dumps({"follow": positions})})

    async def _load_anew(self) -> None:
        if self.link:
            self.link.cut()
        await asyncio.sleep(4 * self.world.choice.random())
        self.load()


class Process:
    """One server process: a hub of its own, and those who are connected to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.links: list[Link] = []
        self.tasks: set[asyncio.Task[Any]] = set()
        self._start()

    def _start(self) -> None:
        self.hub = Hub()
        self.hub.layer = self.world.layer
        self.is_up = True

    async def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Something that happens in this process."""
        _here.set(self.hub)
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        try:
            return await task
        except asyncio.CancelledError as error:
            if not task.cancelled() or asyncio.current_task().cancelling():
                raise
            raise ConnectionError("the process has ended") from error

    def serve(self, link: Link) -> None:
        async def serve() -> None:
            with contextlib.suppress(ConnectionError):
                await self.run(NumberedFollower(number)({"type": "websocket"}, link.to_server.get, link.send))

        self.links.append(link)
        number = self.world.connections = self.world.connections + 1
        self.world.begin(serve())

    def restart(self) -> None:
        """It is killed, and another one takes its place."""
        self.stop()
        for link in self.links:
            link.cut()
        self.links = []
        self._start()

    def stop(self) -> None:
        for task in [*self.tasks, *self.hub.tasks.values()]:
            task.cancel()


class World:
    """A database, two server processes, some pages; and what goes wrong between them."""

    def __init__(self, seed: int) -> None:
        self.choice = Random(seed)
        self.database = Database(self.choice)
        self.backups: list[Database] = []
        self.layer = InMemoryChannelLayer()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.cuts: list[int] = []  # after how many texts each of the next connections is cut
        self.swaps = False
        self.loses_hints = False
        self.processes = [Process(self), Process(self)]
        self.pages: list[SimulatedPage] = []
        self.keys = self.connections = 0
        self.error: BaseException | None = None

    def now(self) -> float:
        return asyncio.get_running_loop().time() * 1000

    def begin(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.error = self.error or error

    # What the hub asks the database: each question takes a while, and its answer is as of one moment in between.

    async def position_of(self, name: str) -> Position:
        await asyncio.sleep(self.choice.random() * 0.02)
        return self.database.position

    async def look(self, name: str, after: Position, *, expects_news: bool) -> Look:
        await asyncio.sleep(self.choice.random() * 0.02)
        position, kept = self.database.position, self.database.positions[-1000:]
        if position == after:
            return Look([position], [])
        stamps = history_between(after, position, [stamp for stamp in kept if stamp.revision >= after.revision])
        if stamps is None:
            return Look([position], [], is_foreign=True)
        newer = [change(key, at, text) for key, (at, text) in self.database.elements.items() if at > after.revision]
        await asyncio.sleep(self.choice.random() * 0.02)
        return Look(stamps, sorted(newer, key=lambda each: each.revision))

    # What people do.

    def write(self, size: int = 20) -> None:
        key = max(self.database.elements, default=0) + 1  # a restored database gives the same keys again
        self.commit({key: self.text(size)})

    def text(self, size: int) -> str:
        self.keys += 1
        return f"<p>{self.keys}:{'x' * size}</p>"

    def any_key(self) -> int | None:
        shown = [key for key, (_, text) in self.database.elements.items() if text]
        return self.choice.choice(shown) if shown else None

    def edit(self) -> None:
        if (key := self.any_key()) is not None:
            self.commit({key: self.text(30)})

    def remove(self) -> None:
        if (key := self.any_key()) is not None:
            self.commit({key: ""})

    def move(self, count: int) -> None:
        """A branch of several comments, each at a revision of its own, in one transaction."""
        last = max(self.database.elements, default=0)
        self.commit({last + n: self.text(25) for n in range(1, count + 1)}, revisions=count)

    def remove_many(self, count: int) -> None:
        """Several comments at one revision."""
        keys = {self.any_key() for _ in range(count)} - {None}
        if keys:
            self.commit(dict.fromkeys(keys, ""))

    def commit(self, made: dict[int, str], revisions: int = 1) -> None:
        self.database.commit(made, revisions=revisions)
        if not self.loses_hints:
            hint = {"type": "feed.changed", "feed": FEED, "revision": self.database.position.revision}
            self.begin(self.layer.group_send(group_of_feed(FEED), hint))

    def back_up(self) -> None:
        self.backups.append(deepcopy(self.database))

    def restore(self, counts_on: int) -> None:
        """An earlier state of the database, that counts to the same revisions again, and perhaps past them."""
        if self.backups:
            self.database = deepcopy(self.choice.choice(self.backups))
            self.database.choice = self.choice
            for _ in range(counts_on):
                self.write()

    def join(self, *, polls: bool) -> None:
        page = SimulatedPage(self, polls=polls)
        self.pages.append(page)
        self.begin(page.live())

    def cut(self, texts: int, *, silently: bool) -> None:
        """One connection after some more texts, or at once and without a word."""
        links = [page.link for page in self.pages if page.link and not page.link.is_cut]
        if not links:
            return
        link = self.choice.choice(links)
        if silently:
            link.cut(silently=True)
        else:
            link.cut_after = texts

    def look_away(self, page: int) -> None:
        self.pages[page % len(self.pages)].look_away()

    def rest(self, page: int) -> None:
        self.pages[page % len(self.pages)].rest()

    def come_back(self, page: int) -> None:
        self.pages[page % len(self.pages)].come_back()

    def differences(self) -> list[str]:
        """What pages show otherwise than the database: nothing, if all is well."""
        truth, position = self.database.state(), self.database.position
        return [
            f"{'polling' if page.polls else 'following'}: {page.follower.positions[FEED]} instead of {position}, "
            f"otherwise in {sorted(page.state.items() ^ truth.items())[:4]}"
            for page in self.pages
            if page.state != truth or page.follower.positions[FEED] != [position.revision, position.stamp]
        ]


def play(seed: int, story: Callable[[World], Awaitable[None]]) -> None:
    """Tells a story in a world of its own; afterwards every page must show what the database holds."""

    async def tell() -> None:
        world = World(seed)
        with patched(world):
            try:
                await story(world)
                world.swaps = world.loses_hints = False
                world.cuts.clear()
                for page in world.pages:
                    page.come_back()
                    if page.link:
                        page.link.cut_after, page.link.swaps = None, False
                await asyncio.sleep(QUIET)
                if world.error:
                    raise world.error
                differences = world.differences()
                assert not differences, differences
            finally:
                others = asyncio.all_tasks() - {asyncio.current_task()}
                for task in others:
                    task.cancel()
                await asyncio.gather(*others, return_exceptions=True)

    # Tests before this one may have left a connection open there; these stories have no database.
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
    loop = JumpingLoop()
    try:
        loop.run_until_complete(tell())
    finally:
        loop.close()


@contextlib.contextmanager
def patched(world: World) -> Any:
    """The hub asks this world instead of the database, and each process's code finds its own hub."""
    before = hub.themes, consumers.the_hub, following.the_hub
    hub.themes, consumers.the_hub, following.the_hub = world, _here.get, _here.get
    try:
        yield
    finally:
        hub.themes, consumers.the_hub, following.the_hub = before
