"""A way to a service that a test can cut or silence."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from urllib.parse import urlsplit


class Line:
    """A way to a service that can be cut (what is connected ends, what comes is refused), or fall silent (what is sent
    is taken, and nothing is carried on)."""

    def __init__(self, host: str, port: int) -> None:
        self.there = (host, port)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="line")
        self.open: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.carries = asyncio.Event()
        self.carries.set()

    def __enter__(self) -> Line:
        self.thread.start()
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def cut(self) -> None:
        asyncio.run_coroutine_threadsafe(self._cut(), self.loop).result(10)

    def mend(self) -> None:
        asyncio.run_coroutine_threadsafe(self._mend(), self.loop).result(10)

    def silence(self) -> None:
        self.loop.call_soon_threadsafe(self.carries.clear)

    def speak(self) -> None:
        self.loop.call_soon_threadsafe(self.carries.set)

    async def _cut(self) -> None:
        self.server.close()
        for writer in self.open:
            writer.transport.abort()
        while self.open:
            await asyncio.sleep(0.01)

    async def _mend(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.carries.wait()
        try:
            there, back = await asyncio.open_connection(*self.there)
        except OSError:  # the service itself is away
            writer.transport.abort()
            return
        self.open |= {writer, back}
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        self.open -= {writer, back}

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while some := await reader.read(65_536):
                await self.carries.wait()
                writer.write(some)
                await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def around(url: str, line: Line) -> str:
    """The same service by way of a line."""
    parts = urlsplit(url)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return parts._replace(netloc=f"{user}127.0.0.1:{line.port}").geturl()
