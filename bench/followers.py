"""The followers of `make bench-live`: thousands of WebSockets in one process, as cheap as Python allows.

They read the headers of frames and look for one marker; nothing is decoded or unpacked. All times are seconds of the
monotonic clock, which is the same in every process of a machine.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

import uvloop

BEAT = b'"beat":'
LONGEST_NAME = 60  # bytes of a text in which it says what it is
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10  # opcodes
AT_ONCE = 100  # connections that are being opened at any time: the server's queue holds 2,048
PER_ADDRESS = 5_000  # connections from one loopback address, far below its some 28,000 ports
NO_WAIT = struct.pack("ii", 1, 0)  # closes with a reset, so that no port has to wait for a minute
# What Chromium says when it opens a socket: the server keeps it as long as the socket lives.
HANDSHAKE = """GET /live/ HTTP/1.1\r
Host: 127.0.0.1:{port}\r
Connection: Upgrade\r
Pragma: no-cache\r
Cache-Control: no-cache\r
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r
Upgrade: websocket\r
Origin: http://127.0.0.1:{port}\r
Sec-WebSocket-Version: 13\r
Accept-Encoding: gzip, deflate, br, zstd\r
Accept-Language: en-GB,en;q=0.9\r
{cookie}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
\r
"""


@dataclass
class Plan:
    """Whom to follow, and as how many."""

    port: int
    count: int
    first: int  # the number of the first follower, which decides its address
    request: str
    cookie: str = ""


@dataclass
class Heard:
    """One round as one process heard it: when each follower received the marked frame, and what else came."""

    marker: str
    times: array[float] = field(default_factory=lambda: array("d"))
    frames: int = 0
    beats: int = 0
    closed: Counter[int] = field(default_factory=Counter)
    text: str = ""  # the marked frame itself


class Follower(asyncio.Protocol):
    """One socket."""

    __slots__ = ("crowd", "is_open", "last", "rest", "transport")

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.rest = b""
        self.is_open = False
        self.last = ""  # the marker received last

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_WAIT)
        transport.write(self.crowd.handshake)

    def connection_lost(self, error: Exception | None) -> None:
        self.crowd.lost(self)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        if self.rest:
            data = self.rest + data
        place, size = 0, len(data)
        if not self.is_open:
            place = self._open(data)
        while size - place >= 2:
            length, start = data[place + 1] & 127, place + 2
            if length >= 126:
                start += 2 if length == 126 else 8
                length = int.from_bytes(data[place + 2 : start])
            if start + length > size:
                break
            self._frame(data, place, start, start + length, now)
            place = start + length
        self.rest = data[place:]

    def _open(self, data: bytes) -> int:
        """Where the frames begin, behind the server's yes, which comes in one piece."""
        end = data.index(b"\r\n\r\n") + 4
        assert data.startswith(b"HTTP/1.1 101"), data[:200]
        self.is_open = True
        self.crowd.ready += 1
        self.transport.write(self.crowd.request)
        return end

    def _frame(self, data: bytes, place: int, start: int, end: int, now: float) -> None:
        kind = data[place] & 15
        if kind == TEXT:
            self.crowd.text(self, data, start, end, now)
        elif kind == PING:
            self.transport.write(masked(PONG, data[start:end]))
        elif kind == CLOSE:
            self.crowd.heard.closed[int.from_bytes(data[start : start + 2])] += 1
            self.transport.close()


class Crowd:
    """All followers of one process, and the round that runs."""

    def __init__(self, plan: Plan, pipe: Connection) -> None:
        cookie = f"Cookie: {plan.cookie}\r\n" if plan.cookie else ""
        self.plan, self.pipe = plan, pipe
        self.handshake = HANDSHAKE.format(port=plan.port, cookie=cookie).encode()
        self.request = masked(TEXT, plan.request.encode())
        self.everybody: set[Follower] = set()
        self.ready = 0
        self.heard = Heard("")
        self.sought = b"\0"
        self.end = asyncio.get_running_loop().create_future()

    async def gather(self) -> None:
        """Opens all sockets; each asks at once to follow."""
        gate = asyncio.Semaphore(AT_ONCE)
        numbers = range(self.plan.first, self.plan.first + self.plan.count)
        results = await asyncio.gather(*[self._join(number, gate) for number in numbers], return_exceptions=True)
        problems = [repr(result) for result in results if isinstance(result, BaseException)]
        gc.freeze()  # so that collecting does not look like waiting
        self.pipe.send((self.ready, problems[:1]))
        asyncio.get_running_loop().add_reader(self.pipe.fileno(), self._command)

    async def _join(self, number: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            source = f"127.0.0.{1 + number // PER_ADDRESS}"
            loop = asyncio.get_running_loop()
            _, follower = await loop.create_connection(
                lambda: Follower(self), "127.0.0.1", self.plan.port, local_addr=(source, 0)
            )
            self.everybody.add(follower)
            async with asyncio.timeout(30):
                while not follower.is_open:
                    await asyncio.sleep(0.01)

    def text(self, follower: Follower, data: bytes, start: int, end: int, now: float) -> None:
        heard = self.heard
        if data.find(BEAT, start, min(end, start + LONGEST_NAME)) >= 0:
            heard.beats += 1
            return
        heard.frames += 1
        if follower.last == heard.marker or data.find(self.sought, start, end) < 0:
            return
        follower.last = heard.marker
        heard.times.append(now)
        if not heard.text:
            heard.text = data[start:end].decode()
        if len(heard.times) == self.ready:
            self._report()

    def lost(self, follower: Follower) -> None:
        self.everybody.discard(follower)

    def _command(self) -> None:
        """What the bench asks for: a new marker to listen for, the round so far (True), or the end (None)."""
        try:
            asked = self.pipe.recv()
        except EOFError:
            asked = None
        if asked is None:
            self.end.set_result(None)
        elif asked is not True:
            self.heard, self.sought = Heard(asked), asked.encode()
            self.pipe.send(asked)
        elif self.sought != b"\0":
            self._report()

    def _report(self) -> None:
        self.pipe.send(self.heard)
        self.heard, self.sought = Heard(self.heard.marker), b"\0"


def masked(kind: int, payload: bytes) -> bytes:
    """A short frame as clients send it; masked with zeros, which leaves it readable."""
    assert len(payload) < 126
    return bytes([0x80 | kind, 0x80 | len(payload)]) + bytes(4) + payload


async def _follow(plan: Plan, pipe: Connection) -> None:
    crowd = Crowd(plan, pipe)
    pipe.send(None)
    pipe.recv()
    await crowd.gather()
    await crowd.end
    for follower in list(crowd.everybody):
        follower.transport.abort()
    await asyncio.sleep(0.1)


def _process(plan: Plan, pipe: Connection) -> None:
    uvloop.run(_follow(plan, pipe))


class Audience:
    """All followers, in one process or several, seen from the bench."""

    def __init__(self, port: int, count: int, request: str, *, cookie: str = "", processes: int = 1) -> None:
        context = get_context("spawn")
        shares = [count // processes + (n < count % processes) for n in range(processes)]
        self.count = count
        self.pipes: list[Connection] = []
        self.members = []
        for n, share in enumerate(shares):
            ours, theirs = context.Pipe()
            plan = Plan(port, share, sum(shares[:n]), request, cookie)
            member = context.Process(target=_process, args=(plan, theirs), daemon=True)
            member.start()
            theirs.close()
            self.pipes.append(ours)
            self.members.append(member)
        self.ready = 0
        self.problems: list[str] = []
        for pipe in self.pipes:
            pipe.recv()  # it has started

    def gather(self) -> None:
        """Lets everybody come."""
        for pipe in self.pipes:
            pipe.send(None)
        answers = [pipe.recv() for pipe in self.pipes]
        self.ready = sum(ready for ready, _ in answers)
        self.problems = [problem for _, problems in answers for problem in problems]

    def listen(self, marker: str) -> None:
        """Everybody listens for this marker from now on."""
        for pipe in self.pipes:
            pipe.send(marker)
            while pipe.recv() != marker:
                pass  # a late report of the round before

    def heard(self, timeout: float) -> list[Heard]:
        """The round, as soon as everybody has received the marked frame, or after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        waiting = list(self.pipes)
        while waiting and (left := deadline - time.monotonic()) > 0:
            waiting = [pipe for pipe in waiting if pipe not in wait(waiting, left)]
        for pipe in waiting:
            pipe.send(True)
        return [pipe.recv() for pipe in self.pipes]

    def leave(self) -> None:
        for pipe, member in zip(self.pipes, self.members, strict=True):
            pipe.send(None)
            member.join(20)
            pipe.close()
