"""Everything that can break breaks, people go on writing, and in the end everybody knows the same.

The server reaches PostgreSQL and Redis through lines that the test can cut.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from forum.dialogue.actions.locking import bump_revision
from tests.factories import make_theme, open_thread
from tests.live.followers import Crowd, Deaf
from tests.live.writers import Writer
from tests.server import Server, database_url, kill, processes
from tests.support.line import Line, around

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

        bump_revision(theme.pk, revisions=JUMP)
        crowd.keep_up(steady, theme, within=WITHIN)  # each of them loads three pages
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
