"""Connections on which nobody asks for anything do not stay: they would keep file descriptors from pages."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from forum.http.server import Http
from tests.services import free_port


class Impatient(Http):
    """The server's own protocol, which waits less long."""

    asked_within, body_within, slowest = 0.3, 1.5, 10


async def says_what_came(scope: Any, receive: Any, send: Any) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    number = free_port()
    facts: dict[str, Any] = {"port": number, "http": Impatient, "lifespan": "off", "log_level": "warning"}
    server = uvicorn.Server(uvicorn.Config(says_what_came, **facts))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield number
    server.should_exit = True
    thread.join()


def heard(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Everything that comes back until the other end closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for part in parts:
            with contextlib.suppress(OSError):  # it may be closed already
                line.sendall(part)
            time.sleep(pause)
        found = b""
        while more := line.recv(4096):
            found += more
        return found


ASKED = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"


@pytest.mark.parametrize("parts", [[], [b"GET / HT"], [b"GET / HTTP/1.1\r\n", b"Host: x\r\n"]])
def test_who_asks_for_nothing_is_closed_without_an_answer(port, parts):
    assert heard(port, *parts) == b""


def test_who_asks_line_by_line_for_too_long_is_closed(port):
    parts = [b"GET / HTTP/1.1\r\n", *(b"X-%d: 1\r\n" % n for n in range(8)), b"\r\n"]
    with contextlib.suppress(ConnectionError):
        assert heard(port, *parts, pause=0.1) == b""


def test_a_question_that_is_whole_has_its_time_for_the_rest(port):
    answer = heard(port, ASKED, b"wo", b"rd", pause=0.5)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"word\r\n0\r\n\r\n")


def test_who_sends_next_to_nothing_is_ended(port):
    with contextlib.suppress(ConnectionError):
        assert heard(port, ASKED, b"w", pause=0.5) == b""


def test_whoever_sends_slowly_but_goes_on_is_heard(port):
    asked = ASKED.replace(b"Length: 4", b"Length: 60")
    answer = heard(port, asked, *[b"word, word. "] * 5, pause=0.5)  # twice as long as nothing may take
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"word") == 10
