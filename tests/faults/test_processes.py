"""Whatever dies: no process is left behind, the port is free again, and what is due is done."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.site import Visitor
from tests.server import Server, processes
from tests.support.own_services import REDIS, SKIPS, redis_server

pytestmark = [
    pytest.mark.django_db,  # for the server's helper only: the site has a database of its own
    pytest.mark.either,
    pytest.mark.skipif(sys.platform != "linux", reason="reads in /proc what the server's processes are"),
    pytest.mark.skipif(REDIS is None and SKIPS, reason="needs Redis's own program"),
]


@pytest.fixture
def database(tmp_path: Path, demo: Path) -> Path:
    return Path(shutil.copy(demo, tmp_path))


@pytest.fixture
def server(database: Path) -> Iterator[Server]:
    """A parent and two processes."""
    with redis_server() as redis_url:
        server = Server(DATABASE_URL=f"sqlite:///{database}", REDIS_URL=redis_url, WEB_CONCURRENCY="2")
        server.start()
        yield server
        for pid in processes(server) if server.process.poll() is None else []:
            os.kill(pid, signal.SIGKILL)
        server.process.wait(15)


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def within(seconds: float, is_so) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def test_without_their_parent_the_processes_end_and_the_port_is_free(server):
    own, *others = processes(server)
    assert len(others) >= 2
    with socket.create_connection(("127.0.0.1", server.port)) as reader:  # somebody who stays connected
        reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        os.kill(own, signal.SIGKILL)
        server.process.wait(15)
        assert within(15, lambda: not any(map(is_running, others))), "they are gone"
    server.start()
    assert Visitor(server.url).get("/threads/1/").status == 200


def test_what_is_due_is_done_though_a_process_was_killed(server, database):
    _, *others = processes(server)
    with closing(sqlite3.connect(database, isolation_level=None, timeout=20)) as connection:
        workers = [pid for pid in others if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
        os.kill(workers[0], signal.SIGKILL)
        connection.execute("UPDATE forum_thread SET closes_at = '2020-01-01 00:00:00' WHERE id = 3")
        asked = "SELECT is_locked FROM forum_thread WHERE id = 3"
        assert within(20, lambda: connection.execute(asked).fetchone() == (1,))
        entries = connection.execute("SELECT count(*) FROM forum_logentry WHERE thread_id = 3 AND act = 'lock'")
        assert entries.fetchone() == (1,)
