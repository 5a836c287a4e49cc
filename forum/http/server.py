"""What uvicorn does by itself before an application is asked, in our way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from asyncio import TimerHandle
from collections.abc import Mapping
from copy import copy
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from forum.http.edge import ABORT, AT_ONCE, DIRECT, common_headers

ASKED_WITHIN = 20.0  # seconds for a connection to say what it wants; who says nothing keeps a descriptor from pages
BODY_WITHIN = 30.0  # seconds that what is sent may take, however little it is; and beyond that
SLOWEST = 1_000  # bytes a second: a slow telephone sends ten times as many
_last: tuple[str, bytes] = ("", Frame(Opcode.TEXT, b"").serialize(mask=False))  # the text framed last
WITHOUT_REST = struct.pack("ii", 1, 0)  # SO_LINGER: the system forgets at once what it could not send
OPEN = State.OPEN
FREE = asyncio.Event()  # of every line that takes what is written; nobody clears it
FREE.set()


def abort(transport: Any) -> None:
    """Ends a connection whose other end does not read, with all that waits for it, in the system's memory too."""
    line = transport.get_extra_info("socket")
    with contextlib.suppress(OSError):  # it is closed already
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, WITHOUT_REST)
    transport.abort()


def framed(text: str) -> bytes:
    """A text as a WebSocket's server sends it, without compression; made once for those who are sent it in a row."""
    global _last
    if _last[0] is not text:
        _last = (text, Frame(Opcode.TEXT, text.encode()).serialize(mask=False))
    return _last[1]


class Messages:
    """What came from the other end and waits to be asked for.

    It has what uvicorn uses of asyncio.Queue, and none of its four deques, each 760 bytes while nothing waits.
    """

    __slots__ = ("waiting", "waits")

    def __init__(self) -> None:
        self.waiting: list[Mapping[str, Any]] = []
        self.waits: list[asyncio.Future[None]] = []  # who asks: one, or nobody

    def empty(self) -> bool:
        return not self.waiting

    def put_nowait(self, message: Mapping[str, Any]) -> None:
        self.waiting.append(message)
        for asks in self.waits:
            if not asks.done():
                asks.set_result(None)

    async def get(self) -> Mapping[str, Any]:
        while not self.waiting:
            asks = asyncio.get_running_loop().create_future()
            self.waits.append(asks)
            try:
                await asks
            finally:
                self.waits.remove(asks)
        return self.waiting.pop(0)


class Socket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, kept small: ten thousand of them wait at once, and what each keeps is what they cost.

    One that does not answer is ended and not waited for.
    """

    # Python shares the names of 30 attributes among instances; with more, each has a dictionary of 1.5 kB. Nothing is
    # lost if uvicorn has others: they go into the dictionary.
    __slots__ = (
        "app", "app_state", "asgi_version", "client", "close_sent", "close_timeout", "close_timer", "config", "conn",
        "connections", "curr_msg_data_type", "default_headers", "disconnected", "frames", "handshake_complete",
        "handshake_initiated", "initial_response", "last_ping_rtt", "logger", "loop", "pending_ping_payload",
        "ping_interval", "ping_sent_at", "ping_timeout", "ping_timer", "pong_timer", "queue", "read_paused", "request",
        "response", "root_path", "scheme", "scope", "server", "tasks", "transport", "writable",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue: Any = Messages()
        self.writable = FREE

    def pause_writing(self) -> None:
        self.writable = asyncio.Event()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.writable = FREE

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # else this was no handshake, and nobody is asked
            extensions: Any = self.scope["extensions"]
            extensions[ABORT] = partial(abort, self.transport)
            extensions[DIRECT] = super().send
            extensions[AT_ONCE] = self.take

    def take(self, text: str) -> bool:
        """Writes a text to an open line that is free; whether it did. If not, `send` waits or says what is wrong."""
        # Thousands of these in a row are what followers wait for: each call and each look-up counts.
        line, last = self.conn, _last
        if self.writable is not FREE or self.disconnected or self.close_sent or not self.handshake_complete:
            return False
        if line.state is not OPEN or line.extensions or line.writes or line.expect_continuation_frame:
            return False
        self.transport.write(last[1] if last[0] is text else framed(text))
        return True

    def send(self, message: Any) -> Any:
        if message["type"] == "websocket.accept":
            return self._accept(message)
        if message["type"] == "websocket.http.response.body":
            return self._refuse(message)
        return super().send(message)

    async def _accept(self, message: Any) -> None:
        """An open line has no use for the headers of its handshake."""
        await super().send(message)
        self.request.headers.clear()
        self.response.headers.clear()

    async def _refuse(self, message: Any) -> None:
        """uvicorn would report each answer other than a WebSocket as one that is missing."""
        await super().send(message)
        self.handshake_complete = True

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        abort(self.transport)


class Http(HttpToolsProtocol):
    """uvicorn's HTTP with our headers on its own refusal, an end to silence, and a way to abort a connection.

    One timer: until the headers are there it ends a connection that asks for nothing, then one that sends its body a
    byte at a time. Either would keep a descriptor from others for as long as it likes.
    """

    asked_within, body_within, slowest = ASKED_WITHIN, BODY_WITHIN, SLOWEST
    timer: TimerHandle | None = None
    body_due = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start_request_timeout()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._start_request_timeout()
        scope: Any = self.scope
        scope["extensions"] = {ABORT: partial(abort, self.transport)}

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()
        self.body_due = self.loop.time() + self.body_within
        self.timer = self.loop.call_at(self.body_due, self._judge_body)

    def on_body(self, body: bytes) -> None:
        self.body_due += len(body) / self.slowest
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_waiting()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()
        self.parser: Any = None  # they refer to each other, and would stay until Python looks for such rings

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """For what is no HTTP at all, which no application ever sees."""
        self._stop_waiting()
        common = common_headers(is_secure=self.scheme == "https")
        self.server_state = copy(self.server_state)
        self.server_state.default_headers = [*self.server_state.default_headers, *common.items()]
        super().send_400_response(msg)

    def _start_request_timeout(self) -> None:
        self._stop_waiting()
        self.timer = self.loop.call_later(self.asked_within, self.timeout_keep_alive_handler)

    def _judge_body(self) -> None:
        if self.flow.read_paused:  # it is we who do not read on
            self.body_due = self.loop.time() + self.body_within
        if self.loop.time() < self.body_due:
            self.timer = self.loop.call_at(self.body_due, self._judge_body)
        else:
            abort(self.transport)

    def _stop_waiting(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
