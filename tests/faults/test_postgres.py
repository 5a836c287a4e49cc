"""PostgreSQL restarts, is away, or says nothing: requests wait a moment, and nobody loses a word."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.faults.site import Answer, Visitor, prepare
from tests.server import Server
from tests.services import ROOT
from tests.support.line import Line, around
from tests.support.own_services import BIN, SKIPS, Cluster, cluster

pytestmark = [
    pytest.mark.django_db,  # for the server's helper only: the site has a database of its own
    pytest.mark.either,
    pytest.mark.skipif(BIN is None and SKIPS, reason="needs PostgreSQL's own programs"),
]
AT_ONCE = 30
SIDE_BY_SIDE = 12
SECONDS = 5.0  # that a request waits
LIMIT = "2"  # seconds for a statement


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    with cluster() as own:
        prepare(own.url)
        yield own


@pytest.fixture(scope="module")
def line(database: Cluster) -> Iterator[Line]:
    with Line("127.0.0.1", database.port) as own:
        yield own


@pytest.fixture(scope="module")
def site(database: Cluster, line: Line, django_db_setup: None, django_db_blocker: object) -> Iterator[Server]:
    with django_db_blocker.unblock():
        server = Server(DATABASE_URL=around(database.url, line), REDIS_URL="", DATABASE_TIMEOUT=LIMIT)
        server.start()
    yield server
    server.stop()


@pytest.fixture
def ada(site: Server) -> Visitor:
    visitor = Visitor(site.url)
    visitor.log_in("ada")
    return visitor


def all_at_once(*acts: Callable[[], Answer]) -> list[Answer]:
    """A few at a time: forty would wait for each other on a machine that does much else, which is not what is asked."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return [each.result() for each in [pool.submit(act) for act in acts]]


def how_often(database: Cluster, words: str) -> int:
    with database.connect() as connection:
        return connection.execute("SELECT count(*) FROM forum_commentversion WHERE source = %s", [words]).fetchone()[0]


def new_words() -> str:
    return f"Words that must not get lost: {uuid4().hex}."


def replies(ada: Visitor, count: int) -> dict[str, Callable[[], Answer]]:
    """Forms that are filled in and not sent yet, by their words."""
    filled = {}
    for _ in range(count):
        path, fields = ada.reply_form(3)
        words = new_words()
        filled[words] = lambda path=path, fields=fields | {"source": words}: ada.post(path, fields)
    return filled


def test_after_a_restart_no_request_fails(site, database, ada):
    forms = replies(ada, 12)
    pages = [lambda: Visitor(site.url).get("/threads/2/")] * AT_ONCE
    assert {answer.status for answer in all_at_once(*pages)} == {200}  # which fills the pool
    database.restart()
    answers = all_at_once(*pages, *forms.values())
    assert [answer.status for answer in answers] == [200] * (AT_ONCE + len(forms))
    assert [how_often(database, words) for words in forms] == [1] * len(forms)


def test_one_reader_after_a_restart_meets_no_dead_connection(site, database):
    pages = [lambda: Visitor(site.url).get("/threads/2/")] * AT_ONCE
    all_at_once(*pages)
    database.restart()
    answer = Visitor(site.url).get("/threads/2/")
    assert (answer.status, answer.seconds < SECONDS) == (200, True)


def test_who_comes_while_it_restarts_waits_and_is_served(site, database, ada):
    forms = replies(ada, 4)
    pages = [lambda: Visitor(site.url).get("/threads/2/")] * 8
    database.stop()
    back = threading.Timer(2, database.start)
    back.start()
    answers = all_at_once(*pages, *forms.values())
    back.join()
    assert [answer.status for answer in answers] == [200] * len(answers)
    assert min(answer.seconds for answer in answers) > 1.5
    assert [how_often(database, words) for words in forms] == [1] * len(forms)


def test_while_it_is_away_the_answer_is_an_honest_503_with_the_text(site, database, ada):
    (words, send), *_ = replies(ada, 1).items()
    database.stop()
    try:
        page, told = all_at_once(lambda: Visitor(site.url).get("/threads/2/"), send)
    finally:
        database.start()
    assert (page.status, told.status) == (503, 503)
    assert "Please try again in a moment" in page.page
    assert max(page.seconds, told.seconds) < SECONDS + 5
    assert words in told.page
    again = told.fields("/comments/3/reply/")
    assert again["source"] == words
    assert [ada.post("/comments/3/reply/", again).status for _ in range(2)] == [200, 200]
    assert how_often(database, words) == 1


def test_a_password_is_in_no_page_that_gives_a_form_back(site, database):
    visitor = Visitor(site.url)
    form = visitor.get("/accounts/login/").fields("/accounts/login/")
    database.stop()
    try:
        told = visitor.post("/accounts/login/", form | {"login": "ada@parley.example", "password": "a secret of mine"})
    finally:
        database.start()
    assert told.status == 503
    assert "a secret of mine" not in told.page


def test_a_line_that_falls_silent_costs_seconds_and_no_words(site, database, line, ada):
    forms = replies(ada, 2)
    pages = [lambda: Visitor(site.url).get("/threads/2/")] * 6
    all_at_once(*pages)
    line.silence()
    try:
        answers = all_at_once(*pages, *forms.values())
    finally:
        line.speak()
    assert [answer.status for answer in answers] == [503] * len(answers)
    # 2 for the question about a kept page, then DATABASE_TIMEOUT and 2 for a connection that worked a moment before.
    assert max(answer.seconds for answer in answers) < 16
    for words, answer in zip(forms, answers[len(pages) :], strict=True):
        assert words in answer.page
    assert [answer.status for answer in all_at_once(*pages)] == [200] * len(pages)
    assert [send().status for send in forms.values()] == [200, 200]
    assert [how_often(database, words) for words in forms] == [1, 1]


def test_a_line_that_falls_silent_within_a_request_ends_it(site, database, line, ada):
    (words, send), *_ = replies(ada, 1).items()
    with database.connect() as other, other.transaction():
        other.execute("SELECT 1 FROM forum_thread WHERE id = 2 FOR UPDATE")
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(send)
            time.sleep(1)
            line.silence()
            try:
                answer = sent.result(30)
            finally:
                line.speak()
    assert answer.status == 503
    assert answer.seconds < 16  # 1, then tcp_user_timeout, and what a busy machine adds
    assert words in answer.page


def test_a_statement_that_takes_too_long_is_ended_and_gives_the_text_back(site, database, ada):
    (words, send), *_ = replies(ada, 1).items()
    with database.connect() as other, other.transaction():
        other.execute("SELECT 1 FROM forum_thread WHERE id = 2 FOR UPDATE")
        answer = send()
    assert answer.status == 503
    assert answer.seconds < float(LIMIT) + 3, "it was not tried twice"
    assert words in answer.page
    assert send().status == 200
    assert how_often(database, words) == 1


ASKS = """
import django
django.setup()
from django.db import connection
connection.ensure_connection()
connection.close()
from forum.database import serving
serving.begin()
with connection.cursor() as cursor:
    cursor.execute("SHOW statement_timeout")
    print(cursor.fetchone()[0])
"""


def test_a_connection_from_before_the_start_does_not_go_without_an_end_to_waiting(database):
    """What `serve` looks at before it serves leaves one in the pool."""
    facts = {"DATABASE_URL": database.url, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_TIMEOUT": LIMIT}
    asked = subprocess.run(
        [sys.executable, "-c", ASKS], env=os.environ | facts, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == f"{LIMIT}s"
