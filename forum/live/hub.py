"""One hub per server process: it looks, renders and encodes once, and hands the same text to every follower.

A hint from the channel layer wakes the feed of its theme; so do five seconds without one. Followers are
never asked to look at the database themselves. Ten thousand who reconnect are answered from memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from forum.actions.tell import group_of
from forum.live.feed import Feed, Follower, now
from forum.queries import changes

LOOK_EVERY = 5.0  # seconds without a hint after which a feed looks by itself: a lost hint costs no more
SETTLE = 0.05  # seconds a feed waits after a look, so that a burst becomes one frame
REJOIN_EVERY = 3600.0  # seconds; the channel layer forgets its groups after a day
BEAT_EVERY = 25.0  # seconds; a page that hears nothing for a minute takes its line for dead

logger = logging.getLogger(__name__)


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
        feed.polled_at = now()
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
                feed.hear_from(hint["process"], hint["following"])

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


# One hub per event loop: a server has one loop, tests have many.
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def the_hub() -> Hub:
    """The hub of the running process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
