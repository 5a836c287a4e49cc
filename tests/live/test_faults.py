"""Everything that can break breaks, people go on writing, and in the end everybody knows the same.

The server reaches PostgreSQL and Redis through lines that the test can cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from forum.actions.comments import edit_comment, post_reply
from forum.actions.imports import import_reply, seed_of
from forum.actions.judging import judge_comment
from forum.actions.moderation import remove_comment, restore_comment
from forum.choices import Decision
from forum.models import Comment, Theme
from forum.rules.moderation import ANY_TEXT
from tests.factories import make_theme, new_key, open_thread
from tests.live.followers import Crowd, Deaf
from tests.server import Server, database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.environ.get("REDIS_URL") or not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="asks how followers live with PostgreSQL and Redis",
    ),
    pytest.mark.skipif(sys.platform != "linux", reason="reads in /proc what the server's processes are"),
]

FOLLOWERS = 100
AWAY = 10.0  # seconds that Redis and the database cannot be reached
CUT = 60.0  # seconds that half of the followers cannot connect
WITHIN = 15.0  # seconds after the last fault
BY_ITSELF = 7.0  # seconds: by the look every five
AT_ONCE = 2.0  # seconds: by the hint, not by the look every five
JUMP = 2_000  # revisions: more than a feed remembers, so that who comes back loads the page anew
MORE_MEMORY = 60  # MB that a process may take while it is asked by somebody who never reads
WORD = re.compile(r"word\d+q")


class Line:
    """A way to a service that can be cut: what is connected ends, what comes is refused."""

    def __init__(self, host: str, port: int) -> None:
        self.there = (host, port)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="line")
        self.open: set[asyncio.StreamWriter] = set()
        self.port = 0

    def __enter__(self) -> Line:
        self.thread.start()
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def cut(self) -> None:
        asyncio.run_coroutine_threadsafe(self._cut(), self.loop).result(10)

    def mend(self) -> None:
        asyncio.run_coroutine_threadsafe(self._mend(), self.loop).result(10)

    async def _cut(self) -> None:
        self.server.close()
        for writer in self.open:
            writer.transport.abort()
        while self.open:
            await asyncio.sleep(0.01)

    async def _mend(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self.there)
        self.open |= {writer, back}
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        self.open -= {writer, back}

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while some := await reader.read(65_536):
                writer.write(some)
                await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def around(url: str, line: Line) -> str:
    """The same service by way of a line."""
    parts = urlsplit(url)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return parts._replace(netloc=f"{user}127.0.0.1:{line.port}").geturl()


class Writer:
    """Goes on writing, editing, deciding about what waits, removing and restoring, in a thread of its own.

    Every text has a word of its own, by which it is known wherever it turns up.
    """

    def __init__(self, thread: Any, cast: Any) -> None:
        self.theme, self.opening, self.cast = thread.theme, thread.opening, cast
        self.choice = random.Random(5)
        self.words = 0
        self.branches: list[int] = []  # what can be answered besides the opening
        self.public: dict[int, str] = {}  # comment → its word
        self.held: dict[int, str] = {}
        self.secret: set[str] = set()  # never public so far
        self.approved: dict[str, float] = {}  # word → when at the earliest it became public
        self.removed: dict[int, tuple[str, float]] = {}  # comment → its word, and since when it is removed
        self.edited_away: dict[str, float] = {}
        self.acts = {self.post: 10, self.hold: 3, self.judge: 2, self.edit: 2, self.remove: 3, self.restore: 1}
        self.done: dict[str, int] = {act.__name__: 0 for act in self.acts}
        self.error: BaseException | None = None
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._write, name="writer")

    def __enter__(self) -> Writer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.enough.set()
        self.thread.join()
        if self.error is not None:
            raise self.error

    def _write(self) -> None:
        try:
            while not self.enough.wait(self.choice.uniform(0.02, 0.12)):
                (act,) = self.choice.choices([*self.acts], [*self.acts.values()])
                self.done[act.__name__] += act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def word(self) -> str:
        self.words += 1
        return f"word{self.words}q"

    def any_of(self, comments: dict[int, Any]) -> Comment | None:
        if not comments:
            return None
        return Comment.objects.select_related("version", "author").get(pk=self.choice.choice([*comments]))

    def place(self) -> Comment:
        """The opening or an answer to it: deeper, pages set comments in otherwise than frames do."""
        public = [branch for branch in self.branches if branch in self.public]
        return Comment.objects.get(pk=self.choice.choice([self.opening.pk, *public[-20:]]))

    def post(self) -> bool:
        parent, word = self.place(), self.word()
        source = f"Point *{word}*, at some length. " + "So it goes on. " * self.choice.randrange(40)
        comment = post_reply(parent, by=self.cast.ben, source=source, key=new_key(), now=timezone.now())
        self.public[comment.pk] = word
        if parent.pk == self.opening.pk:
            self.branches.append(comment.pk)
        return True

    def hold(self) -> bool:
        parent, word = self.place(), self.word()
        self.secret.add(word)
        seed = seed_of(
            self.theme, word, author=self.cast.ada, source=f"Held {word}", written_at=timezone.now(), is_public=False
        )
        self.held[import_reply(parent, seed).pk] = word
        return True

    def judge(self) -> bool:
        if (comment := self.any_of(self.held)) is None:
            return False
        word = self.held.pop(comment.pk)
        decision: dict[str, Any] = {"by": self.cast.mo, "reason": "As it is.", "now": timezone.now()}
        if self.choice.random() < 0.5:
            judge_comment(comment, Decision.REJECT, seen=ANY_TEXT, **decision)
            return True
        self.secret.discard(word)
        self.approved[word] = time.monotonic()
        judge_comment(comment, Decision.APPROVE, seen=ANY_TEXT, **decision)
        self.public[comment.pk] = word
        return True

    def edit(self) -> bool:
        if (comment := self.any_of(self.public)) is None:
            return False
        word = self.word()
        edit_comment(comment, by=comment.author, source=f"Rather {word}.", now=timezone.now())
        self.edited_away[self.public[comment.pk]] = time.monotonic()
        self.public[comment.pk] = word
        return True

    def remove(self) -> bool:
        if (comment := self.any_of(self.public)) is None:
            return False
        remove_comment(comment, seen=ANY_TEXT, by=self.cast.mo, reason="Against the rules.", now=timezone.now())
        self.removed[comment.pk] = (self.public.pop(comment.pk), time.monotonic())
        return True

    def restore(self) -> bool:
        if (comment := self.any_of(self.removed)) is None:
            return False
        restore_comment(comment, seen=ANY_TEXT, by=self.cast.mo, reason="By mistake.", now=timezone.now())
        self.public[comment.pk], _ = self.removed.pop(comment.pk)
        return True


def processes(server: Server) -> list[int]:
    """The server's own process and those it has started, itself first."""
    assert server.process is not None
    found = [server.process.pid]
    for pid in found:
        for started in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in started.read_text().split()]
    return found


def kill(server: Server) -> None:
    """No process of the server gets a last word."""
    for pid in processes(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert server.process is not None
    server.process.wait(15)


def memory(server: Server) -> int:
    """What the largest of the server's processes holds, in MB."""
    status = [Path(f"/proc/{pid}/status").read_text() for pid in processes(server)]
    return max(int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) for text in status) // 1024


@contextlib.contextmanager
def away(line: Line, seconds: float) -> Iterator[None]:
    """The service cannot be reached for that long, or as long as what is done meanwhile takes."""
    until = time.monotonic() + seconds
    line.cut()
    yield
    time.sleep(max(0.0, until - time.monotonic()))
    line.mend()


def when_heard(heard: Iterable[tuple[float, str]]) -> dict[str, float]:
    """Every word in these texts, and when anybody heard it first."""
    first: dict[str, float] = {}
    for at, text in heard:
        first[text] = min(at, first.get(text, at))
    spoken: dict[str, float] = {}
    for text, at in first.items():
        for word in WORD.findall(text):
            spoken[word] = min(at, spoken.get(word, at))
    return spoken


def words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in set(texts) for word in WORD.findall(text)}


@pytest.fixture
def database() -> Iterator[Line]:
    parts = urlsplit(database_url())
    with Line(parts.hostname, parts.port) as line:
        yield line


@pytest.fixture
def redis() -> Iterator[Line]:
    parts = urlsplit(os.environ["REDIS_URL"])
    with Line(parts.hostname, parts.port or 6379) as line:
        yield line


@pytest.fixture
def server(database: Line, redis: Line) -> Iterator[Server]:
    """Two processes."""
    server = Server(
        DATABASE_URL=around(database_url(), database),
        REDIS_URL=around(os.environ["REDIS_URL"], redis),
        WEB_CONCURRENCY="2",
    )
    server.start()
    yield server
    kill(server)


def test_after_every_fault_all_followers_know_what_the_database_knows_and_nothing_else(
    server, database, redis, theme, thread, cast, say
):
    with ExitStack() as ends:
        crowd = ends.enter_context(Crowd(server, thread))
        steady, cut_off = crowd.join(FOLLOWERS // 2), crowd.join(FOLLOWERS // 2)
        writer = ends.enter_context(Writer(thread, cast))
        time.sleep(2)
        crowd.cut(cut_off)
        return_at = time.monotonic() + CUT

        kill(server)
        server.start()
        deaf = ends.enter_context(Deaf(server, theme))
        time.sleep(2)
        before = memory(server)
        with away(redis, AWAY):
            crowd.keep_up(steady, theme, within=BY_ITSELF)
        crowd.keep_up(steady, theme, within=BY_ITSELF)
        deaf.ask()
        with away(database, AWAY):
            pass  # and the writer goes on
        crowd.keep_up(steady, theme, within=WITHIN)
        assert memory(server) - before < MORE_MEMORY

        Theme.objects.filter(pk=theme.pk).update(revision=F("revision") + JUMP)
        crowd.keep_up(steady, theme, within=BY_ITSELF)
        kill(server)
        server.start()
        ends.enter_context(Deaf(server, theme))
        time.sleep(return_at - time.monotonic())
        crowd.come_back(cut_off)
        returned = time.monotonic()
        writer.stop()
        crowd.end_equal(theme, within=WITHIN)

        say("ben", "One more.", to=thread.opening)
        crowd.end_equal(theme, within=AT_ONCE)
        heard = [(at, text) for follower in crowd.followers for at, text in follower.heard]
        shown = [element for follower in crowd.followers for _, element in follower.state.values()]

    assert min(writer.done.values()) > 0, writer.done
    assert min(follower.connects for follower in steady) >= 3
    assert min(follower.loads for follower in cut_off) >= 1

    spoken = when_heard(heard)
    assert spoken.keys() & writer.secret == set(), "nobody hears what was never public"
    assert {word for word, at in writer.approved.items() if word in spoken and spoken[word] < at} == set()
    assert spoken.keys() & writer.approved.keys()

    gone = dict(writer.removed.values()) | writer.edited_away
    long_gone = {word for word, at in gone.items() if at < returned - WITHIN}
    assert long_gone & spoken.keys()
    assert when_heard([(at, text) for at, text in heard if at > returned]).keys() & long_gone == set()
    assert words_of(shown) & (gone.keys() | writer.secret) == set()
    assert words_of(shown) == set(writer.public.values())


def test_a_theme_first_followed_while_redis_is_away_is_only_slower_and_quick_again_afterwards(
    server, redis, event, thread, cast, say
):
    later = open_thread(make_theme(event), cast.ada, "Another theme").thread
    with Crowd(server, thread) as first, Crowd(server, later) as second:
        first.join(8)
        time.sleep(2)  # both processes listen
        with away(redis, seconds=1):
            second.join(8)
            say("ben", "News while it is away.", to=later.opening)
            second.end_equal(later.theme, within=BY_ITSELF)
        time.sleep(BY_ITSELF)
        for turn in range(3):
            say("ben", f"News {turn}.", to=later.opening)
            second.end_equal(later.theme, within=AT_ONCE)
