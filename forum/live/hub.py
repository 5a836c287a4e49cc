"""One hub per server process: it looks, renders and encodes once, and hands the same text to every follower.

A hint from the channel layer wakes the feed of its theme; so do five seconds without one. Followers are
never asked to look at the database themselves. Ten thousand who reconnect are answered from memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from forum.actions.tell import group_of
from forum.live import frames
from forum.live.frames import Change
from forum.queries import changes

REMEMBERED = 1_000  # changes a feed can answer from memory
LOOK_EVERY = 5.0  # seconds without a hint after which a feed looks by itself: a lost hint costs no more
SETTLE = 0.05  # seconds a feed waits after a look, so that a burst becomes one frame
SHARED_FOR = 0.02  # seconds from one shared look to the next: those who come back at once wait for the same one
REJOIN_EVERY = 3600.0  # seconds; the channel layer forgets its groups after a day
BEAT_EVERY = 25.0  # seconds; a page that hears nothing for a minute takes its line for dead
POLLED_FOR = 60.0  # seconds for which a theme is kept that somebody asked about without a line of their own
PRESENT_FOR = 80.0  # seconds for which another process's number of followers is believed
FEW = 5  # fewer followers are not told: a number that small may be a person
WRITING_EVERY = 5.0  # seconds between two signals that somebody writes below one comment
SLICE = 200  # followers served before other tasks get their turn

logger = logging.getLogger(__name__)


class Follower(Protocol):
    """Somebody who follows: takes texts at once or not at all, and never makes the hub wait."""

    def offer(self, text: str) -> None: ...


class Feed:
    """What the hub knows of one theme: its revision, its last changes, its followers."""

    def __init__(self, theme_id: int, revision: int) -> None:
        self.theme_id = theme_id
        self.revision = revision
        self.floor = revision  # every change after this one is remembered
        self.bottom = -1  # from here or before it there is more than can be remembered, as far as is known
        self.memory: OrderedDict[tuple[str, int], Change] = OrderedDict()
        self.followers: set[Follower] = set()
        self.stirred = asyncio.Event()
        self.reading = asyncio.Lock()
        self.coming: asyncio.Task[None] | None = None  # the look that has not begun, for all who wait for it
        self.shared_at = -SHARED_FOR
        self.polled_at = -POLLED_FOR
        self.elsewhere: dict[str, tuple[int, float]] = {}  # process → its followers, and when it said so
        self.written: dict[int, float] = {}  # comment → when somebody was last said to write below it

    async def look(self) -> None:
        """Reads what is new and hands it to every follower."""
        async with self.reading:
            fresh = await self._read(self.revision)
            if fresh is None or fresh[0] <= self.revision:
                return
            revision, made = fresh
            if made is None:
                self.memory.clear()
                self.floor = revision
            else:
                self._remember(made)
            self.revision = revision
        texts = [frames.reset(self.theme_id)] if made is None else frames.frames(self.theme_id, revision, made)
        for text in texts:
            await self.hand_out(text)

    async def look_with_others(self) -> None:
        """A look that begins after this call, shared by everybody who asks before it begins."""
        if self.coming is None:
            self.coming = asyncio.create_task(self._look_soon(), name=f"look at {self.theme_id}")
        await asyncio.shield(self.coming)

    async def _look_soon(self) -> None:
        await asyncio.sleep(max(0.0, self.shared_at + SHARED_FOR - _now()))
        self.coming, self.shared_at = None, _now()  # who asks from here on needs a later one
        if await database_sync_to_async(changes.revision_of)(self.theme_id) != self.revision:
            await self.look()

    async def missing(self, since: int) -> list[str]:
        """The frames that lead from `since` to now, or the order to load the page anew.

        Before it tells what it remembers, it looks: a text may have been taken back a millisecond ago.
        """
        if since >= self.revision:
            if since > self.revision:
                self.stirred.set()  # the follower has seen more than we have: there is something to read
            return []
        if since < self.floor:
            await self._reach_back(since)
        if since >= self.floor:
            await self.look_with_others()
        if since < self.floor:
            return [frames.reset(self.theme_id)]
        newer = [change for change in self.memory.values() if change.revision > since]
        return frames.frames(self.theme_id, self.revision, sorted(newer, key=lambda c: c.revision))

    async def _reach_back(self, since: int) -> None:
        """Fills the memory backwards, once for all who ask, as after a restart of the server."""
        async with self.reading:
            if since >= self.floor or since <= self.bottom or self.revision - since > REMEMBERED:
                return
            older = await self._read(since)
            if older is None:
                return
            if older[1] is None:
                self.bottom = since
                return
            newest, self.memory, self.floor = self.memory, OrderedDict(), since
            self._remember([change for change in older[1] if change.revision <= self.revision])
            self._remember(list(newest.values()))  # what it forgets again raises the floor
            self.bottom = max(self.bottom, self.floor - 1 if self.floor > since else -1)

    async def _read(self, since: int) -> tuple[int, list[Change] | None] | None:
        return await database_sync_to_async(_encoded_since)(self.theme_id, since)

    def _remember(self, made: list[Change]) -> None:
        for change in made:
            self.memory.pop(change.what, None)
            self.memory[change.what] = change
        while len(self.memory) > REMEMBERED:
            _, forgotten = self.memory.popitem(last=False)
            self.floor = max(self.floor, forgotten.revision)

    def is_followed(self) -> bool:
        return bool(self.followers) or _now() - self.polled_at < POLLED_FOR

    def beat(self) -> str:
        """The sign of life, with how many follow the theme in all processes."""
        now = _now()
        self.elsewhere = {name: said for name, said in self.elsewhere.items() if now - said[1] < PRESENT_FOR}
        following = rounded(len(self.followers) + sum(count for count, _ in self.elsewhere.values()))
        return json.dumps({"beat": True, "theme": self.theme_id, "following": following})

    async def say_writing(self, comment_id: int) -> None:
        """Tells that somebody writes an answer to a comment; not who, and not too often."""
        now = _now()
        self.written = {comment: at for comment, at in self.written.items() if now - at < WRITING_EVERY}
        if comment_id in self.written:
            return
        self.written[comment_id] = now
        await self.hand_out(json.dumps({"theme": self.theme_id, "writing": comment_id}))

    async def hand_out(self, text: str) -> None:
        for place, follower in enumerate(list(self.followers), start=1):
            follower.offer(text)
            if place % SLICE == 0:
                await asyncio.sleep(0)


class Hub:
    """The feeds of one process, and the tasks that keep them true."""

    def __init__(self) -> None:
        self.feeds: dict[int, Feed] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.opening = asyncio.Lock()
        self.layer = get_channel_layer()
        self.channel: str | None = None
        self.name = uuid.uuid4().hex  # of this process, before the others
        self.unjoined: set[int] = set()  # followed themes whose hints do not reach us yet
        self.to_join = asyncio.Event()

    async def follow(self, follower: Follower, theme_id: int, since: int) -> list[str] | None:
        """Registers a follower and returns what it lacks; None if there is no such theme.

        It is registered before the look at memory, so no change can slip between the two.
        """
        feed = await self._feed(theme_id)
        if feed is None:
            return None
        feed.followers.add(follower)
        return [*await feed.missing(since), feed.beat()]  # a line is known to live once it has said something

    async def since(self, theme_id: int, since: int) -> list[str] | None:
        """The frames after a revision, for somebody who asks now and then; None if there is no such theme."""
        feed = await self._feed(theme_id)
        if feed is None:
            return None
        feed.polled_at = _now()
        return await feed.missing(since)

    def leave(self, follower: Follower) -> None:
        """Forgets a follower; a feed that nobody follows ends."""
        for feed in list(self.feeds.values()):
            feed.followers.discard(follower)
            if not feed.is_followed():
                self._close(feed)

    async def _feed(self, theme_id: int) -> Feed | None:
        if theme_id in self.feeds:
            return self.feeds[theme_id]
        async with self.opening:
            if theme_id in self.feeds:
                return self.feeds[theme_id]
            self._begin()
            revision = await database_sync_to_async(changes.revision_of)(theme_id)
            if revision is None:
                return None
            # Nothing is awaited from here until its first follower is registered: a feed without one would end.
            feed = self.feeds[theme_id] = Feed(theme_id, revision)
            self._ask_to_join([theme_id])
            self._supervise(f"feed {theme_id}", self._pump, feed)
            return feed

    def _close(self, feed: Feed) -> None:
        self.feeds.pop(feed.theme_id, None)
        if (task := self.tasks.pop(f"feed {feed.theme_id}", None)) is not None:
            task.cancel()

    def _begin(self) -> None:
        if not self.tasks:
            self._supervise("hints", self._hear)
            self._supervise("join", self._join)
            self._supervise("rejoin", self._rejoin)
            self._supervise("beat", self._beat)

    def _ask_to_join(self, theme_ids: Iterable[int]) -> None:
        self.unjoined.update(theme_ids)
        self.to_join.set()

    async def _join(self) -> None:
        """Joins the groups of followed themes; what cannot be joined is tried again after a few seconds.

        A broken channel layer only makes updates slower: feeds look by themselves, and nobody waits for it here.
        """
        while True:
            self.to_join.clear()
            try:
                await self._join_unjoined()
            except (RedisError, OSError):
                logger.warning("The channel layer cannot be reached; themes %s are looked at in turn.", self.unjoined)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.to_join.wait(), LOOK_EVERY)

    async def _join_unjoined(self) -> None:
        if self.channel is None:
            return  # not listening yet; every feed is joined when that begins
        while self.unjoined:
            theme_id = self.unjoined.pop()
            if (feed := self.feeds.get(theme_id)) is None:
                continue
            try:
                await self.layer.group_add(group_of(theme_id), self.channel)
            except BaseException:
                self.unjoined.add(theme_id)
                raise
            feed.stirred.set()  # what changed before the first hint could arrive

    async def _hear(self) -> None:
        self.channel = await self.layer.new_channel()
        self._ask_to_join(self.feeds)
        while True:
            hint = await self.layer.receive(self.channel)
            if (feed := self.feeds.get(hint["theme"])) is not None:
                await self._heed(feed, hint)

    async def _heed(self, feed: Feed, hint: dict[str, Any]) -> None:
        match hint["type"]:
            case "theme.changed" if hint["revision"] > feed.revision:
                feed.stirred.set()
            case "theme.writing":
                await feed.say_writing(hint["comment"])
            case "theme.followed" if hint["process"] != self.name:
                feed.elsewhere[hint["process"]] = (hint["following"], _now())

    async def _rejoin(self) -> None:
        while True:
            await asyncio.sleep(REJOIN_EVERY)
            self._ask_to_join(self.feeds)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY)
            for feed in list(self.feeds.values()):
                await feed.hand_out(feed.beat())
            for feed in list(self.feeds.values()):
                await self._say_following(feed)

    async def _say_following(self, feed: Feed) -> None:
        said = {
            "type": "theme.followed",
            "theme": feed.theme_id,
            "process": self.name,
            "following": len(feed.followers),
        }
        with contextlib.suppress(RedisError, OSError):  # the others will hear of us with the next beat
            await self.layer.group_send(group_of(feed.theme_id), said)

    async def _pump(self, feed: Feed) -> None:
        while True:
            if not feed.is_followed():
                self._close(feed)
            feed.stirred.clear()
            await feed.look()
            await asyncio.sleep(SETTLE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(feed.stirred.wait(), LOOK_EVERY)

    def _supervise(self, name: str, work: Any, *args: Any) -> None:
        """Keeps a task alive: whatever ends it is logged, and it begins again a second later."""

        async def keep() -> None:
            while True:
                try:
                    await work(*args)
                except Exception:
                    logger.exception("The live hub's task %r failed and starts again.", name)
                    await asyncio.sleep(1)

        self.tasks[name] = asyncio.create_task(keep(), name=f"hub: {name}")


def rounded(count: int) -> int:
    """How many follow, as it is told: nothing below FEW, then in steps of five, ten, fifty and a hundred."""
    step = next(step for limit, step in ((20, 5), (100, 10), (1000, 50), (count + 1, 100)) if count < limit)
    return 0 if count < FEW else count // step * step


def _now() -> float:
    return asyncio.get_running_loop().time()


def _encoded_since(theme_id: int, since: int) -> tuple[int, list[Change] | None] | None:
    """A theme's revision and what changed; no changes at all if they are too many to be sent."""
    found = changes.since(theme_id, since)
    return None if found is None else (found.revision, None if found.is_too_much else frames.encoded(found))


# One hub per event loop: a server has one loop, tests have many.
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def the_hub() -> Hub:
    """The hub of the running process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
