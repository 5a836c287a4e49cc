"""Fifty comments at once, and a thousand who follow a real server."""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.db import connection, transaction

from forum.models import Comment
from tests.factories import make_person, new_key, reply_to, session_of
from tests.live.followers import Crowd
from tests.server import running

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


def all_at_once(write: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result()


@pytest.mark.parametrize("burst", [in_one_moment, beside_the_server, through_the_server])
def test_after_fifty_comments_at_once_a_thousand_followers_know_what_the_database_knows(theme, thread, writers, burst):
    with running() as server, Crowd(server, thread) as crowd:
        followers = crowd.join(FOLLOWERS)
        burst(server, thread.opening, writers)
        assert Comment.objects.filter(theme=theme).count() == COMMENTS + 1
        crowd.end_equal(theme, within=WITHIN)
        assert {len([name for name in f.state if name.startswith("comment-")]) for f in followers} == {COMMENTS + 1}
        assert {(f.connects, f.loads) for f in followers} == {(1, 0)}, "nobody lost the line or loaded anything anew"
