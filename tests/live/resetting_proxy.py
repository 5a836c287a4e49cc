"""A way to a server on which connections are reset between any two texts, and sometimes in the middle of one."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from random import Random

NO_GOODBYE = struct.pack("ii", 1, 0)  # closing sends a reset
MOST_TEXTS = 4  # that still pass before a connection that was chosen is reset


class ResettingProxy:
    """Carries what comes to its `port` to a server; `every` so many seconds (about) it resets one connection."""

    def __init__(self, port: int, *, seed: int, every: float) -> None:
        self.there = port
        self.every = every
        self.choice = Random(seed)
        self.resets = 0
        self.passages: set[Passage] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="resetting proxy")

    def __enter__(self) -> ResettingProxy:
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self._begin(), self.loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def leave_alone(self) -> None:
        """No more resets."""
        self.loop.call_soon_threadsafe(self.resetting.cancel)
        for passage in list(self.passages):
            passage.texts_left = None

    async def _begin(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        self.resetting = asyncio.create_task(self._reset_now_and_then())

    async def _end(self) -> None:
        self.resetting.cancel()
        self.server.close()
        for passage in list(self.passages):
            passage.reset()
        while self.passages:
            await asyncio.sleep(0.01)

    async def _reset_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self.every * self.choice.uniform(0.5, 1.5))
            if waiting := [each for each in self.passages if each.texts_left is None]:
                passage = self.choice.choice(sorted(waiting, key=lambda each: each.number))
                passage.texts_left = self.choice.randrange(MOST_TEXTS)
                passage.is_cut_inside = self.choice.random() < 0.2

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.there, limit=2**22)
        except OSError:
            writer.transport.abort()
            return
        passage = Passage(writer, back, self._count)
        self.passages.add(passage)
        with suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.gather(copy(reader, back), passage.deliver(there))
        passage.end()
        self.passages.discard(passage)

    def _count(self) -> int:
        self.resets += 1
        return self.resets


class Passage:
    """One connection. What the server sends is delivered text by text, so that it can end behind any of them."""

    made = 0

    def __init__(self, here: asyncio.StreamWriter, there: asyncio.StreamWriter, count: Callable[[], int]) -> None:
        Passage.made += 1
        self.number = Passage.made
        self.here, self.there, self.count = here, there, count
        self.texts_left: int | None = None  # until it is reset
        self.is_cut_inside = False

    async def deliver(self, answer: asyncio.StreamReader) -> None:
        """The head of the answer, and then one text after the other. Raises OSError where it is reset."""
        head = await answer.readuntil(b"\r\n\r\n")
        await self._write(head)
        next_text = websocket_frame if b" 101 " in head else event if b"text/event-stream" in head else some
        while text := await next_text(answer):
            if self.texts_left is not None:
                self.texts_left -= 1
                if self.texts_left < 0:
                    if self.is_cut_inside:
                        await self._write(text[: len(text) // 2])
                    self.count()
                    self.reset()
                    raise ConnectionResetError
            await self._write(text)
        self.here.close()

    async def _write(self, data: bytes) -> None:
        self.here.write(data)
        await self.here.drain()

    def reset(self) -> None:
        connected: socket.socket = self.here.get_extra_info("socket")
        with suppress(OSError):
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_GOODBYE)
        self.end()

    def end(self) -> None:
        self.here.transport.abort()
        self.there.transport.abort()


async def websocket_frame(answer: asyncio.StreamReader) -> bytes:
    """A frame as a server sends it (RFC 6455, 5.2): never masked."""
    head = await answer.readexactly(2)
    length = head[1] & 127
    if length >= 126:
        more = await answer.readexactly(2 if length == 126 else 8)
        head, length = head + more, int.from_bytes(more)
    return head + await answer.readexactly(length)


async def event(answer: asyncio.StreamReader) -> bytes:
    return await answer.readuntil(b"\n\n")


async def some(answer: asyncio.StreamReader) -> bytes:
    return await answer.read(4_096)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
