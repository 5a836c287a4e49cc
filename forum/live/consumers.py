"""The socket of a follower. Anonymous by nature: no session, no query, nothing private travels here."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from forum.http.edge import AT_ONCE, DIRECT, LINGER, abort
from forum.live.budget import note_close
from forum.live.following import MAILBOX, Pace, Wanted, follow, read_wanted
from forum.live.hub import the_hub

BEHIND, MISUSED = 4008, 4400  # close codes: "you are behind, come again", "that was no request of ours"
CLOSED = (OSError, RuntimeError)  # what uvicorn raises for a line that is lost, and for one that it closes itself


def refuse(text: str) -> bool:
    """How a server that frames nothing once takes a text at once: not at all."""
    return False


class PublicFollower(AsyncWebsocketConsumer):
    """Says `{"follow": {"theme:3": [127, 84372]}}` and hears every later change of theme 3.

    A line that is free takes a text at once, as a plain function call. Only a line that makes us wait gets a mailbox
    and a task that empties it: for ten thousand followers, both would cost more than the writing.
    """

    mailbox: deque[str] | None = None
    writer: asyncio.Task[None] | None = None
    is_over = False
    take: Callable[[str], bool] = staticmethod(refuse)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hears its socket and nothing else: the hub listens to the channel layer for everybody.

        Channels would keep two tasks waiting for both, and go to a thread for the database with every message.
        """
        self.scope, self.base_send, self.pace = scope, send, Pace()
        try:
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            return
        finally:
            self._leave()  # however it ends: the hub must not feed a dead line

    async def connect(self) -> None:
        await self.accept()
        extensions = self.scope.get("extensions", {})
        self.base_send = extensions.get(DIRECT, self.base_send)
        self.take = extensions.get(AT_ONCE, self.take)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_over:
            return  # what was on its way when this end closed
        wanted = read_request(text_data)
        if wanted is None or not self.pace.allows():
            await self._end(MISUSED)
        elif not await follow(self, wanted):
            await self._end(BEHIND)

    def offer(self, text: str) -> None:
        """Takes a text if there is room; otherwise ends this socket, never waits."""
        if self.is_over:
            return
        if self.mailbox is None:
            if not self.take(text):
                self._begin_to_write(text)
        elif len(self.mailbox) < MAILBOX:
            self.mailbox.append(text)
        else:
            self._leave()
            self.end = asyncio.create_task(self._close(BEHIND))

    async def disconnect(self, code: int) -> None:
        self._leave()
        if self.writer is not None:
            self.writer.cancel()

    async def _end(self, code: int) -> None:
        if not self.is_over:
            self._leave()
            await self._close(code)

    async def _close(self, code: int) -> None:
        """Says why it ends, as far as the other end still reads."""
        with contextlib.suppress(*CLOSED):
            try:
                async with asyncio.timeout(LINGER):
                    note_close(self.scope)
                    await self.close(code)
            except TimeoutError:
                abort(self.scope)

    def _leave(self) -> None:
        self.is_over = True
        the_hub().leave(self)

    def _begin_to_write(self, text: str) -> None:
        try:
            rest = begin(self.base_send({"type": "websocket.send", "text": text}))
        except CLOSED:
            self._leave()
            return
        if rest is not None:
            self.mailbox = deque()
            self.writer = asyncio.create_task(self._empty(rest), name="follower")

    async def _empty(self, rest: Any) -> None:
        """Writes what waits, beginning with what the line would not take at once."""
        try:
            await rest
            while self.mailbox:
                await self.base_send({"type": "websocket.send", "text": self.mailbox.popleft()})
        except CLOSED:
            self._leave()
        self.mailbox = None
        self.writer = None


def begin(work: Coroutine[Any, Any, None]) -> Any:
    """Runs a coroutine up to where it has to wait; returns what remains, to be awaited, or None if it is done.

    What remains may go on in another task: uvicorn's `send` waits for an event and never asks whose task it is.
    """
    waits_for: Any
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return _remainder(work, waits_for)


@coroutine
def _remainder(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    try:
        while True:
            yield waits_for
            waits_for = work.send(None)
    except StopIteration:
        return
    finally:
        work.close()


def read_request(text: str | None) -> Wanted | None:
    """The feeds and positions of a request, or None if it is not one."""
    try:
        return read_wanted(json.loads(text or "")["follow"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
