"""What one process knows of one feed: its last changes, who follows it, and who is said to be writing in it.

Anybody may make a feed look at what is new. What it finds is handed out by one sender, in order, to those who followed
at that moment; who comes later is first told what it lacks, and then everything newer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from forum.events.queries.positions import Position, was_handed_out
from forum.live import frames
from forum.live.frames import Change

REMEMBERED = 1_000  # changes a feed can answer from memory
SHARED_FOR = 0.02  # seconds from one shared look to the next: those who come back at once wait for the same one
POLLED_FOR = 60.0  # seconds for which a feed is kept that somebody asked about without a connection of their own
PRESENT_FOR = 80.0  # seconds for which another process's number of followers is believed
FEW = 5  # fewer followers are not told: a number that small may be a person
WRITING_EVERY = 5.0  # seconds between two signals that somebody writes below one comment
SLICE = 200  # followers served before other tasks get their turn
MOST_TEXTS = 30  # of one answer; a page loaded anew is less, and a mailbox takes no more than twice as many
ANSWERS = 8  # kept: after a restart thousands come back from the same few positions
FOREIGN_FOR = 0.05  # seconds in which nobody reaches back after somebody whose position the database does not know
MOST_OUTGOING = 20  # looks whose frames are not handed out yet; the next look waits


FAILED = "A message could not be sent to a follower."
logger = logging.getLogger(__name__)


class Follower(Protocol):
    """Receives a feed's texts. `offer` must not block: it takes a text at once, or not at all."""

    def offer(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What was found after a position: `stamps` lead from there to the present position, which comes last.

    `changes` is None if there are too many to be sent.
    """

    stamps: list[Position]
    changes: list[Change] | None
    is_foreign: bool = False  # the database never handed out the position: it was restored since


class Reader(Protocol):
    """Looks at what is new after a position; None if what the feed is about is not there (any more)."""

    def __call__(self, after: Position, *, expects_news: bool) -> Awaitable[Look | None]: ...


class Feed:
    """A name such as "theme:3", the last changes there, and who follows."""

    def __init__(self, name: str, position: Position, read: Reader) -> None:
        self.name = name
        self.read = read
        self._begin_at(position)
        self.followers: set[Follower] = set()
        self.joining = 0  # followers whose catch-up is being made ready
        self.is_gone = False
        self.dirty = asyncio.Event()
        self.reading = asyncio.Lock()
        self.pending_refresh: asyncio.Task[None] | None = None  # has not begun, for all who wait for it
        self.refreshed_at = -SHARED_FOR
        self.foreign_until = 0.0
        self.polled_at = -POLLED_FOR
        self.outgoing: deque[tuple[list[str], tuple[Follower, ...]]] = deque()
        self.has_outgoing = asyncio.Event()
        self.has_room = asyncio.Event()
        self.has_room.set()
        self.elsewhere: dict[str, tuple[int, float]] = {}  # process → its followers, and when it said so
        self.written: dict[int, float] = {}  # comment → when somebody was last said to write below it

    def _begin_at(self, position: Position) -> None:
        self.stamps = [position]  # of the revisions that are remembered; the last is where the feed is
        self.oldest_kept = position.revision  # every change after this one is remembered
        self.too_much_since = -1  # whoever comes from here or from before it lacks more than can be remembered
        self.memory: OrderedDict[tuple[str, int], Change] = OrderedDict()
        self.answers: dict[tuple[Position, Position], list[str]] = {}  # from where to where → the frames

    @property
    def position(self) -> Position:
        return self.stamps[-1]

    async def look(self, *, expects_news: bool = False) -> None:
        """Reads what is new and queues it for everybody who follows now."""
        await self.has_room.wait()
        async with self.reading:
            found = await self.read(self.position, expects_news=expects_news)
            # Nothing is awaited from here on: who joins does so before this look or after it.
            if found is None:
                self._close_for_all()
            elif found.is_foreign or found.changes is None:
                self._begin_at(found.stamps[-1])
                self._queue([frames.reset(self.name)])
            elif (since := self.position) != found.stamps[-1]:
                self._remember(found.changes, found.stamps)
                self._queue(self._frames_or_reset(since, found.changes))

    def _frames_or_reset(self, since: Position, changes: list[Change]) -> list[str]:
        """The frames from a position to now, or a reset frame if there are too many."""
        texts = frames.frames(self.name, since, self.stamps, changes)
        return texts if len(texts) <= MOST_TEXTS else [frames.reset(self.name)]

    def _close_for_all(self) -> None:
        """Sends a gone frame at once, because the feed may be dropped in the next moment, and removes all followers."""
        text, audience = frames.gone(self.name), tuple(self.followers)
        self.followers.clear()
        self.is_gone = True
        for follower in audience:
            offer(follower, text)

    async def refresh(self) -> None:
        """A look that begins after this call, shared by everybody who asks before it begins."""
        if self.pending_refresh is None:
            self.pending_refresh = asyncio.create_task(self._refresh_soon(), name=f"look at {self.name}")
        await asyncio.shield(self.pending_refresh)

    async def _refresh_soon(self) -> None:
        await asyncio.sleep(max(0.0, self.refreshed_at + SHARED_FOR - now()))
        self.pending_refresh, self.refreshed_at = None, now()  # who asks from here on needs a later one
        await self.look()

    async def join(self, follower: Follower, since: Position | None) -> bool:
        """Adds a follower and sends it everything since that position; False if the feed no longer exists."""
        await self._make_ready(since)
        if self.is_gone:
            return False
        # Nothing is awaited from here on: what is newer cannot overtake what is missing.
        self.followers.add(follower)
        for text in self.changes_since(since):
            offer(follower, text)
        offer(follower, self.beat())  # a connection is known to work once it has said something
        return True

    async def catch_up(self, since: Position | None) -> list[str] | None:
        """The frames since a position, for a client that polls; None if the feed no longer exists."""
        self.polled_at = now()
        await self._make_ready(since)
        return None if self.is_gone else [*self.changes_since(since), self.beat()]

    async def _make_ready(self, since: Position | None) -> None:
        """Looks before anything is told from memory: a text may have been taken back a millisecond ago."""
        self.joining += 1
        try:
            if since is None or since == self.position:
                return
            if since.revision < self.oldest_kept and now() >= self.foreign_until:
                await self._reach_back(since)
            if since.revision >= self.oldest_kept:
                await self.refresh()
        finally:
            self.joining -= 1

    def changes_since(self, since: Position | None) -> list[str]:
        """The frames from a position to now, or a reset frame if they are not all known."""
        if since is None or since.revision < self.oldest_kept or not was_handed_out(since, self.stamps):
            return [frames.reset(self.name)]
        if since.revision >= self.position.revision:
            return []
        between = (since, self.position)
        if between not in self.answers:
            newer = [change for change in self.memory.values() if change.revision > since.revision]
            while len(self.answers) >= ANSWERS:
                del self.answers[next(iter(self.answers))]
            self.answers[between] = self._frames_or_reset(since, sorted(newer, key=lambda change: change.revision))
        return self.answers[between]

    async def _reach_back(self, since: Position) -> None:
        """Fills the memory backwards, once for all who ask, as after a restart of the server."""
        async with self.reading:
            revision, here = since.revision, self.position
            if revision >= self.oldest_kept or revision <= self.too_much_since or here.revision - revision > REMEMBERED:
                return
            older = await self.read(since, expects_news=True)
            if older is None or older.is_foreign:
                self.foreign_until = now() + FOREIGN_FOR  # invented positions must not keep others from what is new
                return
            if older.changes is None:
                self.too_much_since = revision
                return
            newest, self.memory, self.oldest_kept = self.memory, OrderedDict(), revision
            earlier = [stamp for stamp in older.stamps if stamp.revision < self.stamps[0].revision]
            self.stamps = earlier + self.stamps
            self._remember([change for change in older.changes if change.revision <= here.revision])
            self._remember(list(newest.values()))
            if self.oldest_kept > revision:  # the memory is full, and the oldest was forgotten again
                self.too_much_since = max(self.too_much_since, self.oldest_kept - 1)

    def _remember(self, made: list[Change], stamps: list[Position] | None = None) -> None:
        for change in made:
            self.memory.pop(change.what, None)
            self.memory[change.what] = change
        while len(self.memory) > REMEMBERED:
            _, forgotten = self.memory.popitem(last=False)
            self.oldest_kept = max(self.oldest_kept, forgotten.revision)
        if stamps is not None:
            self.stamps += [stamp for stamp in stamps if stamp.revision > self.position.revision]
        if len(self.stamps) > 2 * REMEMBERED:
            del self.stamps[:-REMEMBERED]  # the same few elements may have changed again and again
            self.oldest_kept = max(self.oldest_kept, self.stamps[0].revision)

    def is_followed(self) -> bool:
        return bool(self.followers or self.joining) or now() - self.polled_at < POLLED_FOR

    def hear_from(self, process: str, following: int) -> None:
        """Another process says how many follow there."""
        self.elsewhere[process] = (following, now())

    def beat(self) -> str:
        """The sign of life, with how many follow in all processes."""
        at = now()
        self.elsewhere = {name: said for name, said in self.elsewhere.items() if at - said[1] < PRESENT_FOR}
        following = rounded(len(self.followers) + sum(count for count, _ in self.elsewhere.values()))
        return frames.beat(self.name, self.position, following)

    def send_beat(self) -> None:
        """Tells everybody that their connection works, and how far they are."""
        self._queue([self.beat()])

    def say_writing(self, comment_id: int) -> None:
        """Tells that somebody writes an answer to a comment; not who, and not too often."""
        at = now()
        self.written = {comment: said for comment, said in self.written.items() if at - said < WRITING_EVERY}
        if comment_id in self.written:
            return
        self.written[comment_id] = at
        self._queue([frames.writing(self.name, comment_id)])

    def _queue(self, texts: list[str]) -> None:
        """What everybody who follows at this moment is to hear next: who joins later is told it in another way."""
        if not self.followers:
            return
        self.outgoing.append((texts, tuple(self.followers)))
        self.has_outgoing.set()
        if len(self.outgoing) >= MOST_OUTGOING:
            self.has_room.clear()

    async def send_outgoing(self) -> None:
        """Hands out what is queued, for ever. There is only one of these: two would mix what they hand out."""
        while True:
            await self.has_outgoing.wait()
            while self.outgoing:
                texts, audience = self.outgoing.popleft()
                for text in texts:
                    await _hand_out(text, audience)
                if len(self.outgoing) < MOST_OUTGOING:
                    self.has_room.set()
            self.has_outgoing.clear()


async def _hand_out(text: str, audience: tuple[Follower, ...]) -> None:
    for start in range(0, len(audience), SLICE):
        if start:
            await asyncio.sleep(0)
        for follower in audience[start : start + SLICE]:
            try:  # as `offer`, whose call would cost a tenth of what we do for each of thousands
                follower.offer(text)
            except Exception:
                logger.exception(FAILED)


def offer(follower: Follower, text: str) -> None:
    """Tells one follower something. Whatever goes wrong with one must not keep it from the others."""
    try:
        follower.offer(text)
    except Exception:
        logger.exception(FAILED)


def rounded(count: int) -> int:
    """How many follow, as it is told: nothing below FEW, then in steps of five, ten, fifty and a hundred."""
    step = next(step for limit, step in ((20, 5), (100, 10), (1000, 50), (count + 1, 100)) if count < limit)
    return 0 if count < FEW else count // step * step


def now() -> float:
    """Seconds by the clock of the running loop."""
    return asyncio.get_running_loop().time()
