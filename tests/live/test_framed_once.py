"""A text is framed once for all who get it, exactly as the WebSocket library frames it; a line that is not free or not
open is left to the server's own way of sending."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.frames import Frame
from websockets.protocol import SERVER, Protocol, State

from forum.http import server
from forum.http.server import Socket, framed


def line(**facts: Any) -> Any:
    """What `take` looks at of a socket, open and free unless it is told otherwise."""
    written: list[bytes] = []
    protocol = Protocol(SERVER)
    protocol.state = State.OPEN
    usual = {
        "conn": protocol, "writable": server.FREE, "disconnected": False, "close_sent": False,
        "handshake_complete": True, "transport": SimpleNamespace(write=written.append), "written": written,
    }  # fmt: skip
    return SimpleNamespace(**usual | facts)


@pytest.mark.parametrize("text", ["", "é", "x" * 125, "x" * 126, "ə" * 40_000, "x" * 70_000])
def test_it_is_what_the_library_itself_would_send(text: str) -> None:
    theirs = Protocol(SERVER)
    theirs.state = State.OPEN
    theirs.send_text(text.encode())
    assert framed(text) == b"".join(theirs.data_to_send())


def test_a_thousand_followers_cost_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(*args: Any) -> Frame:
        made.append(args)
        return Frame(*args)

    monkeypatch.setattr(server, "Frame", counted)
    text = "one change".upper()
    lines = [line() for _ in range(1_000)]
    assert all(Socket.take(each, text) for each in lines)
    assert len(made) == 1
    assert len({id(each.written[0]) for each in lines}) == 1


def test_a_line_that_is_not_free_or_not_open_is_left_alone() -> None:
    full, closing, compressed, begun = asyncio.Event(), Protocol(SERVER), Protocol(SERVER), Protocol(SERVER)
    closing.state = State.CLOSING
    compressed.state = begun.state = State.OPEN
    compressed.extensions = [object()]  # type: ignore[list-item]
    begun.writes.append(b"a pong")
    for facts in (
        {"writable": full}, {"disconnected": True}, {"close_sent": True}, {"handshake_complete": False},
        {"conn": closing}, {"conn": compressed}, {"conn": begun},
    ):  # fmt: skip
        each = line(**facts)
        assert not Socket.take(each, "text"), facts
        assert each.written == []
