"""What one process knows of one theme: its last changes, who follows it, and who is said to be writing in it."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from typing import Protocol

from channels.db import database_sync_to_async

from forum.live import frames
from forum.live.frames import Change
from forum.queries import changes

REMEMBERED = 1_000  # changes a feed can answer from memory
SHARED_FOR = 0.02  # seconds from one shared look to the next: those who come back at once wait for the same one
POLLED_FOR = 60.0  # seconds for which a theme is kept that somebody asked about without a line of their own
PRESENT_FOR = 80.0  # seconds for which another process's number of followers is believed
FEW = 5  # fewer followers are not told: a number that small may be a person
WRITING_EVERY = 5.0  # seconds between two signals that somebody writes below one comment
SLICE = 200  # followers served before other tasks get their turn


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
        await asyncio.sleep(max(0.0, self.shared_at + SHARED_FOR - now()))
        self.coming, self.shared_at = None, now()  # who asks from here on needs a later one
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
        return bool(self.followers) or now() - self.polled_at < POLLED_FOR

    def hear_from(self, process: str, following: int) -> None:
        """Another process says how many follow there."""
        self.elsewhere[process] = (following, now())

    def beat(self) -> str:
        """The sign of life, with how many follow the theme in all processes."""
        at = now()
        self.elsewhere = {name: said for name, said in self.elsewhere.items() if at - said[1] < PRESENT_FOR}
        following = rounded(len(self.followers) + sum(count for count, _ in self.elsewhere.values()))
        return json.dumps({"beat": True, "theme": self.theme_id, "following": following})

    async def say_writing(self, comment_id: int) -> None:
        """Tells that somebody writes an answer to a comment; not who, and not too often."""
        at = now()
        self.written = {comment: said for comment, said in self.written.items() if at - said < WRITING_EVERY}
        if comment_id in self.written:
            return
        self.written[comment_id] = at
        await self.hand_out(json.dumps({"theme": self.theme_id, "writing": comment_id}))

    async def hand_out(self, text: str) -> None:
        for place, follower in enumerate(list(self.followers), start=1):
            follower.offer(text)
            if place % SLICE == 0:
                await asyncio.sleep(0)


def rounded(count: int) -> int:
    """How many follow, as it is told: nothing below FEW, then in steps of five, ten, fifty and a hundred."""
    step = next(step for limit, step in ((20, 5), (100, 10), (1000, 50), (count + 1, 100)) if count < limit)
    return 0 if count < FEW else count // step * step


def now() -> float:
    """Seconds by the clock of the running loop."""
    return asyncio.get_running_loop().time()


def _encoded_since(theme_id: int, since: int) -> tuple[int, list[Change] | None] | None:
    """A theme's revision and what changed; no changes at all if they are too many to be sent."""
    found = changes.since(theme_id, since)
    return None if found is None else (found.revision, None if found.is_too_much else frames.encoded(found))
