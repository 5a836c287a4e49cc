"""Fifty comments at once, and a thousand who follow a real server."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.db import connection, transaction

from forum.events.queries import positions
from forum.models import Comment
from tests.factories import make_person, new_key, reply_to, session_of
from tests.live.followers import Crowd
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)

FOLLOWERS, COMMENTS, WRITERS = 1_000, 50, 5
LONG = "So it goes on. " * 60  # fifty of these do not fit into one frame
WITHIN = 15.0  # seconds; without a shared channel layer the server looks by itself every five


@pytest.fixture(autouse=True)
def _enough_files():
    """A thousand sockets on either side; many machines allow no more than 1,024 files unless asked."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(now, 4 * FOLLOWERS) if most == resource.RLIM_INFINITY else max(now, min(most, 4 * FOLLOWERS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))


@pytest.fixture
def writers(cast):
    return [make_person(f"writer{n}") for n in range(WRITERS)]


def in_one_moment(server, opening, writers):
    """All in one transaction: nothing is public yet, and the next moment all of it is, with fifty hints."""
    with transaction.atomic():
        for n in range(COMMENTS):
            reply_to(opening, writers[n % WRITERS], f"Point {n}. {LONG}")


def beside_the_server(server, opening, writers):
    """Five at once in another process: the server is told by Redis or, without one, finds out by itself."""

    def write(writer: int) -> None:
        try:
            for n in range(COMMENTS // WRITERS):
                reply_to(opening, writers[writer], f"Point {n} of {writer}. {LONG}")
        finally:
            connection.close()

    all_at_once(write)


def through_the_server(server, opening, writers):
    """Five at once as from a browser: the process that takes the comments tells its followers itself."""
    token = "t" * 32

    def write(writer: int) -> None:
        headers = {"Cookie": f"sessionid={sessions[writer]}; csrftoken={token}", "Origin": server.url}
        for n in range(COMMENTS // WRITERS):
            typed = {"source": f"Point {n} of {writer}. {LONG}", "key": new_key(), "csrfmiddlewaretoken": token}
            form = Request(f"{server.url}/comments/{opening.pk}/reply/", urlencode(typed).encode(), headers)
            form.add_header("Accept", "application/json")
            with urlopen(form, timeout=20) as answer:
                assert answer.status == 201

    sessions = [session_of(person) for person in writers]
    all_at_once(write)


def two_long_ones(server, opening, writers):
    """Each travels in pieces, and others ask meanwhile: each of them makes the server look again."""
    words = "对话之前的对话。" * 2_450  # 19,600 characters, 58,800 bytes, and the markup around them
    with asking(server, opening.theme_id):
        for writer in writers[:2]:
            reply_to(opening, writer, "\n\n".join(words[n : n + 160] for n in range(0, len(words), 160)))
        time.sleep(2)


def forty_and_a_short_one(server, opening, writers):
    with asking(server, opening.theme_id):
        for n in range(40):
            reply_to(opening, writers[n % WRITERS], f"Point {n}. {LONG * 5}")
        reply_to(opening, writers[0], "A short one.")
        time.sleep(2)


@contextmanager
def asking(server: Server, theme_id: int) -> Iterator[None]:
    """Somebody asks by polling, again and again, from where they were in the beginning."""
    at = positions.of_theme(theme_id)
    path = f"{server.url}/live/themes/{theme_id}/?since={at.revision}&stamp={at.stamp}"
    enough = threading.Event()

    def ask() -> None:
        while not enough.wait(0.01):
            urlopen(path, timeout=20).close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


def all_at_once(write: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result()


@pytest.mark.parametrize(
    "burst", [in_one_moment, beside_the_server, through_the_server, two_long_ones, forty_and_a_short_one]
)
def test_after_a_burst_a_thousand_followers_know_what_the_database_knows(theme, thread, writers, burst):
    with running() as server, Crowd(server, thread) as crowd:
        followers = crowd.join(FOLLOWERS)
        burst(server, thread.opening, writers)
        written = Comment.objects.filter(theme=theme).count()
        assert written == {two_long_ones: 3, forty_and_a_short_one: 42}.get(burst, COMMENTS + 1)
        crowd.end_equal(theme, within=WITHIN)
        assert {len([name for name in f.state if name.startswith("comment-")]) for f in followers} == {written}
        assert {(f.connects, f.loads, f.gaps) for f in followers} == {(1, 0, 0)}, "nothing was lost or out of order"
