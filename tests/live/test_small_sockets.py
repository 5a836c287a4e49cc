"""What an open WebSocket keeps, with uvicorn's own loop around it: ten thousand of them wait at once."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from websockets.sync.client import ClientConnection, connect

from forum.http.edge import AT_ONCE
from forum.http.server import FREE, Http, Messages, Socket
from forum.management.commands.serve import OPTIONS
from tests.services import free_port

LONG = "x" * 60_000
PATIENCE = 20.0  # seconds
MANY = 300  # such texts are more than the system keeps for a connection


async def repeats(scope: Any, receive: Any, send: Any) -> None:
    """Says again what it hears; after "many" it says much at once, and how much of it had to wait."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        if message["text"] != "many":
            await send({"type": "websocket.send", "text": message["text"]})
            continue
        waited = 0
        for n in range(MANY):
            if not scope["extensions"][AT_ONCE](f"{n}{LONG}"):
                waited += 1
                await send({"type": "websocket.send", "text": f"{n}{LONG}"})
        await send({"type": "websocket.send", "text": f"waited {waited}"})
    heard.append(message["type"])


heard: list[str] = []


@pytest.fixture
def server() -> Iterator[uvicorn.Server]:
    heard.clear()
    server = uvicorn.Server(uvicorn.Config(repeats, port=free_port(), **OPTIONS))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield server
    server.should_exit = True
    thread.join()


def until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def line_to(server: uvicorn.Server, **how: Any) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{server.config.port}/", ping_interval=None, **how)


def sockets_of(server: uvicorn.Server) -> list[Socket]:
    return [each for each in server.server_state.connections if isinstance(each, Socket)]


def test_an_open_socket_keeps_neither_its_handshake_nor_a_dictionary_nor_a_deque(server):
    with line_to(server) as line:
        line.send("a")
        assert line.recv(PATIENCE) == "a"
        [socket] = sockets_of(server)
        assert vars(socket) == {}, "uvicorn has attributes that Socket.__slots__ does not know"
        assert not [*socket.request.headers.raw_items(), *socket.response.headers.raw_items()]
        assert socket.writable is FREE
        assert isinstance(socket.queue, Messages)


def test_the_http_side_of_a_connection_goes_as_soon_as_it_is_a_socket(server):
    gc.collect()
    gc.disable()
    try:
        with line_to(server) as line:
            line.send("a")
            assert line.recv(PATIENCE) == "a"
            # Not isinstance, which would wake lazy objects of other tests.
            assert [each for each in gc.get_objects() if type(each) is Http] == []
    finally:
        gc.enable()


def test_who_does_not_read_makes_the_sender_wait_and_misses_nothing(server):
    with line_to(server, max_queue=1) as line:
        line.send("many")
        until(lambda: not sockets_of(server)[0].writable.is_set())
        assert FREE.is_set()
        assert [line.recv(PATIENCE) for _ in range(MANY)] == [f"{n}{LONG}" for n in range(MANY)]
        _, waited = str(line.recv(PATIENCE)).split()
        assert int(waited) > 0
        line.send("and then")
        assert line.recv(PATIENCE) == "and then"
        assert sockets_of(server)[0].writable is FREE


def test_who_leaves_while_the_sender_waits_sets_it_free(server):
    with line_to(server, max_queue=1) as line:
        line.send("many")
        until(lambda: not sockets_of(server)[0].writable.is_set())
        line.socket.close()
    until(lambda: not server.server_state.tasks)
    assert sockets_of(server) == []


def test_what_comes_in_one_go_is_answered_in_order_and_then_the_end(server):
    with line_to(server) as line:
        for n in range(200):
            line.send(str(n))
        assert [line.recv(PATIENCE) for _ in range(200)] == [str(n) for n in range(200)]
    until(lambda: heard)
    assert heard == ["websocket.disconnect"]


def test_messages_wait_in_order_and_one_who_stops_asking_takes_none():
    async def play() -> None:
        messages = Messages()
        assert messages.empty()
        asks = asyncio.create_task(messages.get())
        await asyncio.sleep(0)
        asks.cancel()
        await asyncio.gather(asks, return_exceptions=True)
        for n in range(3):
            messages.put_nowait({"n": n})
        assert [(await messages.get())["n"] for _ in range(3)] == [0, 1, 2]
        assert messages.empty()
        two = [asyncio.create_task(messages.get()) for _ in range(2)]
        await asyncio.sleep(0)
        messages.put_nowait({"n": 3})
        messages.put_nowait({"n": 4})
        assert sorted([(await each)["n"] for each in two]) == [3, 4]
        assert messages.waits == []

    asyncio.run(play())
