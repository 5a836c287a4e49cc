"""What monitors ask of a real server: whether it lives, and whether it can serve."""

from __future__ import annotations

import http.client
import os
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.server import Server, database_url, running
from tests.services import free_port
from tests.support.line import Line, around
from tests.support.schema import from_the_future

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 2.5  # seconds: two, and what a busy machine adds
POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as line:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}


def ask_until(server: Server, status: int) -> float:
    """Asks /readyz until it says so; how long the slowest answer took."""
    slowest, until = 0.0, time.monotonic() + 20
    while time.monotonic() < until:
        begun = time.monotonic()
        said = ask(server, "/readyz")
        slowest = max(slowest, time.monotonic() - begun)
        if said[0] == status:
            assert said[1] == (b"ok\n" if status == 200 else b"not ready\n"), "no details for outsiders"
            return slowest
        time.sleep(0.2)
    raise AssertionError(f"/readyz never said {status}")


def test_both_answer_by_any_name_without_a_session_or_a_line_in_the_log(tmp_path: Path):
    log = tmp_path / "log"
    with running(log=log, LOG_LEVEL="INFO", SITE_URL="https://forum.example.org", ALLOWED_HOSTS="127.0.0.1") as server:
        ask_until(server, 200)
        said_before = log.read_text()
        for path in ("/healthz", "/healthz/", "/readyz", "/readyz/"):
            status, body, headers = ask(server, path, Host="10.0.0.7:8000")
            assert (status, body) == (200, b"ok\n"), "neither the name nor https is asked for"
            assert headers["cache-control"] == "no-store"
            assert not {"set-cookie", "location", "vary"} & headers.keys()
            assert ask(server, path, "HEAD")[:2] == (200, b"")
            assert ask(server, path, "POST")[0] == 405
        assert log.read_text() == said_before
        assert ask(server, "/", Host="10.0.0.7:8000")[0] == 400, "pages ask for it"
        assert ask(server, "/healthz/more/", Host="10.0.0.7:8000")[0] == 400


def test_a_schema_of_another_version_is_not_ready():
    with running() as server:
        ask_until(server, 200)
        with from_the_future():
            ask_until(server, 503)
            assert ask(server, "/healthz")[0] == 200
        ask_until(server, 200)


@pytest.mark.skipif(POSTGRES, reason="a file of SQLite that is not there any more")
def test_a_database_that_is_gone_is_not_ready(tmp_path: Path):
    here, away = tmp_path / "here.sqlite3", tmp_path / "away.sqlite3"
    here.write_bytes(Path(str(connection.settings_dict["NAME"])).read_bytes())
    with running(DATABASE_URL=f"sqlite:///{here}") as server:
        ask_until(server, 200)
        here.rename(away)
        assert ask_until(server, 503) < SOON
        assert ask(server, "/healthz")[:2] == (200, b"ok\n")
        assert not here.exists(), "nobody made an empty one"
        away.rename(here)
        ask_until(server, 200)


@pytest.mark.skipif(not POSTGRES, reason="PostgreSQL that cannot be reached, and that says nothing")
def test_a_database_that_is_away_or_silent_is_told_within_two_seconds():
    config = connection.settings_dict
    with (
        Line(config["HOST"], int(config["PORT"])) as line,
        running(DATABASE_URL=around(database_url(), line)) as server,
    ):
        ask_until(server, 200)
        line.silence()
        assert ask_until(server, 503) < SOON
        begun = time.monotonic()
        assert ask(server, "/healthz")[:2] == (200, b"ok\n")
        assert time.monotonic() - begun < 1
        line.speak()
        ask_until(server, 200)
        line.cut()
        assert ask_until(server, 503) < SOON
        line.mend()
        ask_until(server, 200)


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="Redis that is away")
def test_redis_that_is_away_is_not_ready():
    with running(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0") as server:
        assert ask_until(server, 503) < SOON
        assert ask(server, "/healthz")[0] == 200
