"""Writers of one process take turns at SQLite, in the order in which they came; and nobody is kept out."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from forum.database.sqlite import turns
from forum.database.sqlite.base import DatabaseWrapper
from forum.database.sqlite.turns import Turns

pytestmark = pytest.mark.django_db
OTHER_PROCESS = """
import sqlite3, sys
line = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
line.execute("BEGIN IMMEDIATE")
line.execute("COMMIT")
"""


def other(timeout: float = 20) -> Any:
    """Another connection to a database of its own file, as another thread has one."""
    settings = connections.settings["default"] | {"NAME": other.path}  # type: ignore[attr-defined]
    settings["OPTIONS"] = settings["OPTIONS"] | {"timeout": timeout}
    wrapper = DatabaseWrapper(settings, "default")
    wrapper.inc_thread_sharing()
    return wrapper


@pytest.fixture(autouse=True)
def file(tmp_path: Any) -> Any:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    other.path = str(tmp_path / "one.sqlite3")  # type: ignore[attr-defined]
    with other().cursor() as cursor:
        cursor.execute("CREATE TABLE noted (n integer)")
    return other.path  # type: ignore[attr-defined]


def wait_for(is_so: Any) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_they_are_served_in_the_order_in_which_they_came() -> None:
    lock, served, threads = Turns(), [], []
    assert lock.take(1)

    def come(n: int) -> None:
        assert lock.take(10)
        served.append(n)
        lock.hand_on()

    for n in range(20):
        threads.append(threading.Thread(target=come, args=(n,)))
        threads[-1].start()
        wait_for(lambda n=n: len(lock.waiting) == n + 1)
    lock.hand_on()
    for thread in threads:
        thread.join(10)
    assert served == list(range(20))
    assert lock.take(0.1)


def test_who_waits_too_long_leaves_the_queue_with_the_error_of_sqlite() -> None:
    first, second = other(), other(timeout=0.05)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with pytest.raises(OperationalError, match="database is locked"):
        second.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with pytest.raises(OperationalError, match="database is locked"), second.cursor() as cursor:
        cursor.execute("INSERT INTO noted VALUES (1)")
    with second.cursor() as cursor:  # who reads does not wait
        cursor.execute("SELECT count(*) FROM noted")
    first.rollback()
    with second.cursor() as cursor:
        cursor.execute("INSERT INTO noted VALUES (1)")


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_a_turn_ends_with_its_transaction(end: str) -> None:
    first, second = other(), other(timeout=0.2)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    getattr(first, end)()
    second.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    second.rollback()


def test_a_transaction_that_cannot_begin_gives_its_turn_back(file: str) -> None:
    foreign = sqlite3.connect(file, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    first = other(timeout=0.05)
    with pytest.raises(OperationalError, match="database is locked"):
        first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    foreign.execute("COMMIT")
    second = other(timeout=0.2)
    second.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    second.rollback()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_inside_another_needs_no_second_turn() -> None:
    with transaction.atomic(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET name = name")
    assert connection.turns is None


def test_another_process_gets_its_chance_while_they_go_on(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BUSY_FOR", 0.3)
    ends = threading.Event()

    def write() -> None:
        mine = other()
        while not ends.is_set():
            mine.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            with mine.cursor() as cursor:
                cursor.execute("INSERT INTO noted VALUES (1)")
            time.sleep(0.005)
            mine.commit()
            mine.set_autocommit(True)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        subprocess.run([sys.executable, "-c", OTHER_PROCESS, file], check=True, timeout=15)
    finally:
        ends.set()
        for thread in threads:
            thread.join(10)
