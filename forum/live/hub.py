"""One hub per server process: it looks, renders and encodes once, and hands the same text to every follower.

A hint from the channel layer wakes the feed it names; so do five seconds without one. Followers are
never asked to look at the database themselves. Ten thousand who reconnect are answered from memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from forum.events.queries.positions import Position
from forum.kernel.realtime import group_of_feed
from forum.live import themes
from forum.live.feed import Feed, Follower

LOOK_EVERY = 5.0  # seconds without a hint after which a feed looks by itself: a lost hint costs no more
SETTLE = 0.05  # seconds a feed waits after a look, so that a burst becomes one frame
REJOIN_EVERY = 3600.0  # seconds; the channel layer forgets its groups after a day
BEAT_EVERY = 25.0  # seconds; a page that hears nothing for a minute takes its line for dead

logger = logging.getLogger(__name__)


class Hub:
    """The feeds of one process, and the tasks that keep them true."""

    def __init__(self) -> None:
        self.feeds: dict[str, Feed] = {}  # by name, such as "theme:3"
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.opening = asyncio.Lock()
        self.layer = get_channel_layer()
        self.channel: str | None = None
        self.name = uuid.uuid4().hex  # of this process, before the others
        self.unjoined: set[str] = set()  # followed feeds whose hints do not reach us yet
        self.to_join = asyncio.Event()

    async def follow(self, follower: Follower, name: str, asked: Position | None) -> bool:
        """Tells a follower what it lacks and from then on everything newer; False if there is no such feed."""
        feed = await self._feed(name)
        return feed is not None and await feed.join(follower, asked)

    async def since(self, name: str, asked: Position | None) -> list[str] | None:
        """The frames after a position, for somebody who asks now and then; None if there is no such feed."""
        feed = await self._feed(name)
        return None if feed is None else await feed.catch_up(asked)

    def leave(self, follower: Follower) -> None:
        """Forgets a follower; a feed that nobody follows ends."""
        for feed in list(self.feeds.values()):
            feed.followers.discard(follower)
            if not feed.is_followed():
                self._close(feed)

    async def _feed(self, name: str) -> Feed | None:
        if (open_feed := self._open_feed(name)) is not None:
            return open_feed
        async with self.opening:
            if (open_feed := self._open_feed(name)) is not None:
                return open_feed
            self._begin()
            position = await themes.position_of(name)
            if position is None:
                return None
            # Nothing is awaited from here until somebody joins: a feed without anybody would end.
            feed = self.feeds[name] = Feed(name, position, partial(themes.look, name))
            self._ask_to_join([name])
            self._supervise(f"{name} looks", self._pump, feed)
            self._supervise(f"{name} sends", feed.send_outgoing)
            return feed

    def _open_feed(self, name: str) -> Feed | None:
        feed = self.feeds.get(name)
        if feed is None or not feed.is_gone:
            return feed
        self._close(feed)  # what was gone may be there again
        return None

    def _close(self, feed: Feed) -> None:
        if self.feeds.get(feed.name) is not feed:
            return
        del self.feeds[feed.name]
        for work in ("looks", "sends"):
            if (task := self.tasks.pop(f"{feed.name} {work}", None)) is not None:
                task.cancel()

    def _begin(self) -> None:
        if not self.tasks:
            self._supervise("hints", self._hear)
            self._supervise("join", self._join)
            self._supervise("rejoin", self._rejoin)
            self._supervise("beat", self._beat)

    def _ask_to_join(self, names: Iterable[str]) -> None:
        self.unjoined.update(names)
        self.to_join.set()

    async def _join(self) -> None:
        """Joins the groups of followed feeds; what cannot be joined is tried again after a few seconds.

        A broken channel layer only makes updates slower: feeds look by themselves, and nobody waits for it here.
        """
        while True:
            self.to_join.clear()
            try:
                await self._join_unjoined()
            except (RedisError, OSError):
                logger.warning("The channel layer cannot be reached. Checking the database for %s.", self.unjoined)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.to_join.wait(), LOOK_EVERY)

    async def _join_unjoined(self) -> None:
        if self.channel is None:
            return  # not listening yet; every feed is joined when that begins
        while self.unjoined:
            name = self.unjoined.pop()
            if (feed := self.feeds.get(name)) is None:
                continue
            try:
                await self.layer.group_add(group_of_feed(name), self.channel)
            except BaseException:
                self.unjoined.add(name)
                raise
            feed.dirty.set()  # what changed before the first hint could arrive

    async def _hear(self) -> None:
        self.channel = await self.layer.new_channel()
        self._ask_to_join(self.feeds)
        while True:
            hint = await self.layer.receive(self.channel)
            if (feed := self.feeds.get(hint["feed"])) is not None:
                self._handle_hint(feed, hint)

    def _handle_hint(self, feed: Feed, hint: dict[str, Any]) -> None:
        match hint["type"]:
            case "feed.changed" if hint["revision"] > feed.position.revision:
                feed.dirty.set()
            case "feed.writing":
                feed.say_writing(hint["comment"])
            case "feed.followed" if hint["process"] != self.name:
                feed.hear_from(hint["process"], hint["following"])

    async def _rejoin(self) -> None:
        while True:
            await asyncio.sleep(REJOIN_EVERY)
            self._ask_to_join(self.feeds)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY)
            for feed in list(self.feeds.values()):
                feed.send_beat()
            for feed in list(self.feeds.values()):
                await self._say_following(feed)

    async def _say_following(self, feed: Feed) -> None:
        said = {
            "type": "feed.followed",
            "feed": feed.name,
            "process": self.name,
            "following": len(feed.followers),
        }
        with contextlib.suppress(RedisError, OSError):  # the others will hear of us with the next beat
            await self.layer.group_send(group_of_feed(feed.name), said)

    async def _pump(self, feed: Feed) -> None:
        while True:
            if not feed.is_followed():
                self._close(feed)
            is_hinted = feed.dirty.is_set()
            feed.dirty.clear()
            await feed.look(expects_news=is_hinted)
            await asyncio.sleep(SETTLE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(feed.dirty.wait(), LOOK_EVERY)

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


# One hub per event loop: a server has one loop, tests have many.
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def the_hub() -> Hub:
    """The hub of the running process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
