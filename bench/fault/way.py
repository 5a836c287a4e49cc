"""The way from all clients to the server: it can reset connections, fall silent, and lose answers."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from random import Random

NO_GOODBYE = struct.pack("ii", 1, 0)  # closing sends a reset


class Way:
    """Carries what comes to its `port` to a server's port, which may be closed for a while."""

    def __init__(self, choice: Random) -> None:
        self.choice = choice
        self.there = 0
        self.port = 0
        self.loses = False  # takes what the server answers, and resets the connection instead of passing it on
        self.lost = 0
        self.carries = asyncio.Event()
        self.carries.set()
        self.connections: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", 0, backlog=1000)
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self.server.close()
        self.reset()

    def silence(self) -> None:
        self.carries.clear()

    def speak(self, *, cut: float = 0.0) -> None:
        """Carries on; `cut` is the share of the connections that are reset before."""
        self.reset(cut)
        self.carries.set()

    def reset(self, share: float = 1.0) -> None:
        for connection in list(self.connections):
            if self.choice.random() < share:
                _reset(connection)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(writer)
        back: asyncio.StreamWriter | None = None
        try:
            await self.carries.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.there)
            tasks = [asyncio.create_task(self._ask(reader, back)), asyncio.create_task(self._answer(there, writer))]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not tasks[1].done():  # what was asked has ended, its answer not yet
                await asyncio.wait(tasks, timeout=30)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        except OSError:
            _reset(writer)
        finally:
            self.connections.discard(writer)
            for end in filter(None, (writer, back)):
                end.close()

    async def _ask(self, reader: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
        while some := await reader.read(65_536):
            await self.carries.wait()
            there.write(some)
            await there.drain()

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await there.read(65_536):
            await self.carries.wait()
            if self.loses:
                self.lost += 1
                _reset(writer)
                return
            writer.write(some)
            await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    connected: socket.socket = writer.get_extra_info("socket")
    with suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_GOODBYE)
    writer.transport.abort()
