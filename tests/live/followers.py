"""Followers of a theme with connections as static/js/live/live.js keeps them, and many of them at once.

Each has the pages of an event, of a theme and of one thread open, and knows of them what a browser would show.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import urlopen

from websockets.client import ClientProtocol
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from forum.dialogue.queries import changes
from forum.events.queries.positions import Position
from forum.live import frames
from forum.models import Theme, Thread
from tests.server import Server
from tests.support.page import Page, State
from tests.support.readers import Reader, differing


def the_state(theme: Theme) -> State:
    """What somebody knows who catches up from the database from the very beginning."""
    found = changes.since(theme.pk, Position(0, 0))
    assert found is not None
    assert not found.is_too_much
    page = Page({f"theme:{theme.pk}": [0, 0]})
    for text in frames.frames(f"theme:{theme.pk}", Position(0, 0), found.stamps, frames.encoded(found)):
        page.hear(text, 0)
    return page.state


class Deaf:
    """Asks for everything again and again, and reads nothing at all."""

    ASKS = 400  # times; if it were all kept for it, a hundred megabytes

    def __init__(self, server: Server, theme: Theme) -> None:
        self.request = json.dumps({"follow": {f"theme:{theme.pk}": [0, 0]}}).encode()
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        self.line.settimeout(20)
        self.line.connect(("127.0.0.1", server.port))
        self.socket = ClientProtocol(parse_uri(f"ws://127.0.0.1:{server.port}/live/"), origin=server.url)
        self.socket.send_request(self.socket.connect())
        self._send()
        while self.socket.state is not OPEN:
            self.socket.receive_data(self.line.recv(1))  # not a byte more than the handshake
        self.ask()

    def __enter__(self) -> Deaf:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def ask(self) -> None:
        for _ in range(self.ASKS):
            self.socket.send_text(self.request)
        self._send()

    def _send(self) -> None:
        self.line.sendall(b"".join(self.socket.data_to_send()))


class Crowd:
    """Followers in a thread of their own, so that a test can tell its story step by step.

    They connect to another `port` if one is given, and remember each text they hear if the crowd `keeps`.
    """

    def __init__(self, server: Server, thread: Thread, *, port: int = 0, keeps: bool = True) -> None:
        self.keeps = keeps
        self.host = ("127.0.0.1", port or server.port)
        theme = thread.theme
        event = f"/{theme.event.slug}/"
        self.feed = f"theme:{theme.pk}"
        self.url = server.url
        self.address = f"ws://127.0.0.1:{self.host[1]}/live/"
        self.pages = [event, f"{event}{theme.slug}/", f"/threads/{thread.pk}/?all=1"]
        self.followers: list[Reader] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.loaders = ThreadPoolExecutor(8)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="crowd")

    def __enter__(self) -> Crowd:
        self.thread.start()
        self.first_pages = self._do(self.load())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
        self.loaders.shutdown()

    def join(self, count: int, kind: type[Reader] = Reader) -> list[Reader]:
        """That many more; returns when all of them are connected."""
        return self._do(self._join(count, kind))

    def cut(self, followers: Iterable[Reader]) -> None:
        self._do(self._each(followers, Reader.cut))

    def come_back(self, followers: Iterable[Reader]) -> None:
        self._do(self._each(followers, lambda follower: follower.may_connect.set()))

    def behind(self, theme: Theme) -> list[str]:
        """What each follower knows otherwise than the database: nothing, if all is well."""
        truth = the_state(theme)
        revision = Theme.objects.get(pk=theme.pk).revision
        return self._do(self._compare(truth, revision))

    def keep_up(self, followers: Iterable[Reader], theme: Theme, *, within: float) -> None:
        """Waits until these have heard of everything that is public now, while others go on writing."""
        revision, began = Theme.objects.get(pk=theme.pk).revision, time.monotonic()
        while behind := [follower.revision for follower in followers if follower.revision < revision]:
            assert time.monotonic() - began < within, f"{len(behind)} are at {min(behind)} and not at {revision}"
            time.sleep(0.05)

    def end_equal(self, theme: Theme, *, within: float) -> None:
        """Waits until everybody knows what the database knows."""
        began = time.monotonic()
        while differences := self.behind(theme):
            waited = time.monotonic() - began
            assert waited < within, f"{len(differences)} are behind after {waited:.1f} s; the first: {differences[0]}"
            time.sleep(0.1)

    async def load(self) -> list[str]:
        """The pages as somebody without an account gets them. Raises OSError."""
        return await asyncio.get_running_loop().run_in_executor(self.loaders, self._load)

    def _load(self) -> list[str]:
        pages = []
        for page in self.pages:
            with urlopen(self.url + page, timeout=20) as answer:
                pages.append(answer.read().decode())
        return pages

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    async def _join(self, count: int, kind: type[Reader]) -> list[Reader]:
        new = [kind(self) for _ in range(count)]
        for place in range(0, count, 50):  # not all at once: the server's queue of new lines is bounded
            some = new[place : place + 50]
            self.tasks += [asyncio.create_task(follower.live()) for follower in some]
            await asyncio.gather(*[follower.is_connected.wait() for follower in some])
        self.followers += new
        return new

    async def _each(self, followers: Iterable[Reader], act: Callable[[Reader], None]) -> None:
        for follower in followers:
            act(follower)

    async def _compare(self, truth: State, revision: int | None) -> list[str]:
        return [
            f"revision {follower.revision} for {revision}, otherwise in {differing(follower.state, truth)}"
            for follower in self.followers
            if (follower.revision, follower.state) != (revision, truth)
        ]

    async def _end(self) -> None:
        for task in self.tasks:
            task.cancel()
        ended = await asyncio.gather(*self.tasks, return_exceptions=True)
        broken = [error for error in ended if not isinstance(error, asyncio.CancelledError)]
        assert broken == []
