"""Two servers that only tell: what following costs without Parley, for `make bench-live` to compare with.

`python -m bench.bare asgi PORT OPTIONS` sends one text to every WebSocket from an ASGI application, in the same
uvicorn with the same options as `manage.py serve`. `python -m bench.bare sockets PORT` does without uvicorn and speaks
just enough WebSocket by itself. Both tell what is POSTed to them, and do not care what followers ask for.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
import uvloop

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

sends: dict[Send, None] = {}  # in the order in which they came


async def application(scope: Any, receive: Receive, send: Send) -> None:
    await (tell if scope["type"] == "http" else follow)(receive, send)


async def follow(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    sends[send] = None
    while (await receive())["type"] == "websocket.receive":
        pass
    del sends[send]


async def tell(receive: Receive, send: Send) -> None:
    """The bare loop: one text, as many sends as there are followers."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    text = body.decode()
    for send_text in list(sends):
        await send_text({"type": "websocket.send", "text": text})
    await send({"type": "http.response.start", "status": 204})
    await send({"type": "http.response.body"})


class Line(asyncio.Protocol):
    """A connection that is a follower after a GET, and a trigger after a POST."""

    followers: dict[Line, None] = {}

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.head = b""

    def connection_lost(self, error: Exception | None) -> None:
        self.followers.pop(self, None)

    def data_received(self, data: bytes) -> None:
        if self in self.followers:
            return
        self.head += data
        head, found, body = self.head.partition(b"\r\n\r\n")
        if not found:
            return
        facts = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if head.startswith(b"GET") and b"sec-websocket-key" in facts:
            self._welcome(head)
        elif len(body) >= int(facts.get(b"content-length", 0)):
            self._tell(body)

    def _welcome(self, head: bytes) -> None:
        key = head.lower().partition(b"sec-websocket-key: ")[2]
        key = head[len(head) - len(key) :].partition(b"\r\n")[0]
        digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", usedforsecurity=False).digest()
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )
        self.followers[self] = None

    def _tell(self, text: bytes) -> None:
        told = frame(text) if text else b""
        for follower in self.followers if told else ():
            follower.transport.write(told)
        self.transport.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        self.transport.close()


def frame(text: bytes) -> bytes:
    """A text as a server's frame."""
    if len(text) < 126:
        return bytes([0x81, len(text)]) + text
    if len(text) < 2**16:
        return b"\x81\x7e" + len(text).to_bytes(2) + text
    return b"\x81\x7f" + len(text).to_bytes(8) + text


async def serve_sockets(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "asgi":
        uvicorn.run("bench.bare:application", port=int(sys.argv[2]), **json.loads(sys.argv[3]))
    else:
        uvloop.run(serve_sockets(int(sys.argv[2])))
