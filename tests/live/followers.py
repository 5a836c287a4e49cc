"""Followers of a theme that behave as static/js/live.js does, and many of them at once.

Each has the pages of an event, of a theme and of one thread open, and knows of them what a browser would show.
"""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any
from urllib.request import urlopen

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import WebSocketException
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from forum.live import frames
from forum.models import Theme, Thread
from forum.queries import changes
from tests.server import Server

LONGEST_WAIT = 2.0  # seconds between two tries; a browser waits up to thirty
SPREAD = 0.5  # seconds over which pages load themselves anew; in a browser four
LOST = (OSError, TimeoutError, WebSocketException)

ELEMENT = re.compile(
    r'<(article|header) class="(?:comment|thread-row|theme-row|thread-head)" id="([a-z]+-\d+)".*?</\1>', re.DOTALL
)
REVISION = re.compile(r'data-revision="(\d+)"')
FOLLOW = re.compile(r'<body data-follow="([^"]*)"')

State = dict[str, tuple[int, str]]


def the_state(theme: Theme) -> State:
    """What somebody knows who catches up from the database from the very beginning."""
    found = changes.since(theme.pk, 0)
    assert found is not None
    assert not found.is_too_much
    reader = Reader(theme.pk)
    for text in frames.frames(theme.pk, found.revision, frames.encoded(found)):
        reader.hear(text)
    return reader.state


class Reader:
    """What a page shows of one theme, and as of which revision: {"comment-31": (revision, html)}."""

    def __init__(self, theme_id: int) -> None:
        self.theme_id = theme_id
        self.revision = 0
        self.state: State = {}
        self.known: dict[str, int] = {}  # also of what has left the page
        self.pieces: list[str] = []

    def hear(self, text: str) -> bool:
        """Applies a frame; False if it says to load the page anew."""
        frame = frame_of(text)
        if frame.get("beat"):
            return True
        if "piece" in frame:
            self.pieces = [*(self.pieces if frame["piece"][0] else []), frame["text"]]
            return len(self.pieces) < frame["piece"][1] or self.hear("".join(self.pieces))
        assert frame["theme"] == self.theme_id
        assert "gone" not in frame
        if frame.get("reset"):
            return False
        for change in frame["changes"]:
            self._settle(f"{change['kind']}-{change['id']}", change["revision"], change["html"])
            if change["kind"] == "thread":
                self._settle(f"head-{change['id']}", change["revision"], change["head"])
        self.revision = max(self.revision, frame["revision"])
        return True

    def read(self, pages: list[str]) -> None:
        """Takes over what freshly loaded pages show; the oldest of them says from where to go on."""
        shown = {found[2]: found[0] for page in pages for found in ELEMENT.finditer(page)}
        self.state = {name: (int(REVISION.search(element)[1]), element) for name, element in shown.items()}
        for other in [name for name in shown if name.startswith("theme-") and name != f"theme-{self.theme_id}"]:
            del self.state[other]  # the event's page shows all of its themes
        self.known = {name: revision for name, (revision, _) in self.state.items()}
        follows = [json.loads(html.unescape(FOLLOW.search(page)[1])) for page in pages]
        self.revision = min(follow[str(self.theme_id)] for follow in follows)

    def _settle(self, name: str, revision: int, element: str) -> None:
        if self.known.get(name, 0) >= revision:
            return
        self.known[name] = revision
        # The same text for all who hear it: a thousand followers in one process share what they know.
        if element:
            self.state[name] = (revision, element.strip())
        else:
            self.state.pop(name, None)


class Follower(Reader):
    """A reader with a line to the server, who comes back whenever it breaks."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__(crowd.theme_id)
        self.crowd = crowd
        self.read(crowd.first_pages)
        self.heard: list[tuple[float, str]] = []  # when, and every text as it came: frames and pages
        self.connects = self.loads = 0
        self.may_connect = asyncio.Event()
        self.may_connect.set()
        self.is_connected = asyncio.Event()
        self.socket: ClientConnection | None = None

    async def live(self) -> None:
        tries = 0
        while True:
            await self.may_connect.wait()
            try:
                async with connect(self.crowd.address, origin=self.crowd.url, **PLAIN) as self.socket:
                    tries = 0
                    self.connects += 1
                    await self._ask()
                    self.is_connected.set()
                    async for text in self.socket:
                        self._keep(text)
                        if not self.hear(text):
                            await self._load_anew()
                            await self._ask()
            except LOST:
                pass
            self.is_connected.clear()
            await asyncio.sleep(random.uniform(0, min(LONGEST_WAIT, 0.1 * 2**tries)))
            tries += 1

    def cut(self) -> None:
        """Breaks the line without a word, and keeps from coming back."""
        self.may_connect.clear()
        if self.socket is not None:
            self.socket.transport.abort()

    async def _ask(self) -> None:
        await self.socket.send(json.dumps({"follow": {str(self.theme_id): self.revision}}))

    async def _load_anew(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(0, SPREAD))
            try:
                pages = await self.crowd.load()
            except OSError:  # an answer other than 200, too
                continue
            for page in pages:
                self._keep(page)
            self.read(pages)
            self.loads += 1
            return

    def _keep(self, text: str) -> None:
        self.heard.append((time.monotonic(), sys.intern(text)))


class Deaf:
    """Asks for everything again and again, and reads nothing at all."""

    ASKS = 400  # times; if it were all kept for it, a hundred megabytes

    def __init__(self, server: Server, theme: Theme) -> None:
        self.request = json.dumps({"follow": {str(theme.pk): 0}}).encode()
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


PLAIN: dict[str, Any] = {"compression": None, "ping_interval": None, "max_size": None, "open_timeout": 20}


class Crowd:
    """Followers in a thread of their own, so that a test can tell its story step by step."""

    def __init__(self, server: Server, thread: Thread) -> None:
        theme = thread.theme
        event = f"/{theme.event.slug}/"
        self.theme_id = theme.pk
        self.url = server.url
        self.address = server.url.replace("http", "ws") + "/live/"
        self.pages = [event, f"{event}{theme.slug}/", f"/threads/{thread.pk}/?all=1"]
        self.followers: list[Follower] = []
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

    def join(self, count: int) -> list[Follower]:
        """That many more; returns when all of them are connected."""
        return self._do(self._join(count))

    def cut(self, followers: Iterable[Follower]) -> None:
        self._do(self._each(followers, Follower.cut))

    def come_back(self, followers: Iterable[Follower]) -> None:
        self._do(self._each(followers, lambda follower: follower.may_connect.set()))

    def behind(self, theme: Theme) -> list[str]:
        """What each follower knows otherwise than the database: nothing, if all is well."""
        truth = the_state(theme)
        revision = changes.revision_of(theme.pk)
        return self._do(self._compare(truth, revision))

    def keep_up(self, followers: Iterable[Follower], theme: Theme, *, within: float) -> None:
        """Waits until these have heard of everything that is public now, while others go on writing."""
        revision, began = changes.revision_of(theme.pk), time.monotonic()
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

    async def _join(self, count: int) -> list[Follower]:
        new = [Follower(self) for _ in range(count)]
        for place in range(0, count, 50):  # not all at once: the server's queue of new lines is bounded
            some = new[place : place + 50]
            self.tasks += [asyncio.create_task(follower.live()) for follower in some]
            await asyncio.gather(*[follower.is_connected.wait() for follower in some])
        self.followers += new
        return new

    async def _each(self, followers: Iterable[Follower], act: Callable[[Follower], None]) -> None:
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


@lru_cache(1_000)
def frame_of(text: str) -> dict[str, Any]:
    """A frame, read once for all who hear it. Nobody changes it."""
    return json.loads(text)


def differing(state: State, truth: State) -> list[str]:
    """The names of what is not the same in both."""
    return sorted(name for name in state.keys() | truth.keys() if state.get(name) != truth.get(name))
