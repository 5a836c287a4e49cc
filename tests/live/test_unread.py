"""Connections whose other end never reads are cut off, and what waited for them is freed."""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.factories import reply_to
from tests.server import Server, nudge, running

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

MANY = 20
LARGE = "word " * 3_500  # of one comment
ESTABLISHED = "01"
PATIENCE = 60  # seconds; nothing here asserts how long it took


def stream(stack: ExitStack, server: Server, theme_id: int) -> socket.socket:
    """A stream of events that is asked for and never read."""
    line = stack.enter_context(socket.socket())
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", server.port))
    line.sendall(f"GET /live/events/?follow=theme:{theme_id}:0:0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return line


def connected(server: Server) -> int:
    """How many connections the system knows at the server's port, from this side and that."""
    here = f":{server.port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(local.endswith(here) and state == ESTABLISHED for _, local, _, state, *_ in rows)


def is_reset(line: socket.socket) -> bool:
    poll = select.poll()
    poll.register(line, select.POLLERR | select.POLLHUP)
    return bool(poll.poll(0))


def test_streams_that_nobody_reads_are_cut_off_and_freed(theme, thread, cast):
    with running() as server, ExitStack() as stack:
        unread = [stream(stack, server, theme.pk) for _ in range(MANY)]
        answered(server, unread)
        write_until(thread, cast, lambda: all(map(is_reset, unread)))
        assert [is_reset(line) for line in unread] == [True] * MANY
        assert connected(server) == 0
        with connect(server.url.replace("http", "ws") + "/live/", origin=server.url) as line:  # and it serves on
            line.send(json.dumps({"follow": {f"theme:{theme.pk}": [0, 0]}}))
            assert json.loads(line.recv(timeout=10))


def answered(server: Server, lines: list[Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while connected(server) < len(lines) and time.monotonic() < deadline:
        time.sleep(0.05)
    select.select(lines, [], [], PATIENCE)


def write_until(thread: Any, cast: Any, is_done: Any) -> None:
    """More and more is said, each a text of its own, until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_done() and time.monotonic() < deadline:
        reply_to(thread.opening, cast.ben, LARGE)
        nudge()
