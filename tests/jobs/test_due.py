"""What is due: one that fails stops no other, and each is done once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection

from forum.kernel.choices import Act
from forum.models import LogEntry, OutgoingMail, Thread
from tests.jobs.elsewhere import do_due_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)

OURS = ("forum.jobs", "forum.kernel", "forum.mail")  # who logs what is due


@contextmanager
def unable(thread: Thread, why: str = "refused") -> Iterator[None]:
    """The database itself refuses every entry about a thread, or fails while it writes one."""
    on_sqlite, on_postgres = {
        "refused": ("RAISE(ABORT, 'unable')", "RAISE EXCEPTION 'unable'"),
        "fails": ("abs(-9223372036854775807 - 1)", "RAISE EXCEPTION 'unable' USING ERRCODE = 'query_canceled'"),
    }[why]
    begin, end = {
        "sqlite": (
            f"CREATE TRIGGER unable BEFORE INSERT ON forum_logentry WHEN NEW.thread_id = {thread.pk} "
            f"BEGIN SELECT {on_sqlite}; END",
            "DROP TRIGGER unable",
        ),
        "postgresql": (
            "CREATE FUNCTION unable() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {on_postgres}; END $$; "
            "CREATE TRIGGER unable BEFORE INSERT ON forum_logentry FOR EACH ROW "
            f"WHEN (NEW.thread_id = {thread.pk}) EXECUTE FUNCTION unable()",
            "DROP FUNCTION unable CASCADE",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(end)


@pytest.mark.parametrize("why", ["refused", "fails"])
def test_a_plan_that_fails_each_time_stops_neither_plans_nor_emails(planned, owe, caplog, why):
    owe()
    first, *others = planned(4)
    with unable(first, why), pytest.raises(CommandError, match="Some tasks that were due failed"):
        call_command("do_due")
    told = [record.getMessage() for record in caplog.records if record.name.startswith(OURS)]
    assert told == [f"Plan of thread {first.pk}: a due task failed"], "once, by a name people can read"
    assert set(Thread.objects.filter(is_locked=True)) == set(others)
    assert len(mail.outbox) == 1
    call_command("do_due")
    assert Thread.objects.get(pk=first.pk).is_locked


@contextmanager
def read_only() -> Iterator[None]:
    """The database takes no writing, as a full or a copying one does."""
    begin, end = {
        "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute(end)


def test_a_database_that_takes_no_writing_is_asked_once_and_not_for_each_thing(planned, owe, caplog):
    owe(2)
    planned(3)
    with read_only(), pytest.raises(CommandError, match="Stopped, because the database cannot be used"):
        call_command("do_due")
    assert [record for record in caplog.records if record.name.startswith(OURS)] == []
    call_command("do_due")
    assert len(mail.outbox) == 2


def test_a_database_that_is_away_is_told_in_one_sentence():
    away = do_due_elsewhere(stderr=subprocess.PIPE, DATABASE_URL="postgres://nobody@127.0.0.1:9/none")
    _, told = away.communicate(timeout=60)
    assert away.returncode == 1
    # The pool keeps a log of its own, of two lines each.
    lines = [line for line in told.decode().splitlines() if "psycopg.pool" not in line and not line.startswith("\t")]
    assert len(lines) == 1, lines
    assert lines[0].startswith("CommandError: Stopped, because the database cannot be used: ")


def test_an_email_that_cannot_be_written_stops_no_other(owe):
    first, *_ = owe(3)
    LogEntry.objects.filter(pk=first.entry_id).update(act="unknown")
    with pytest.raises(CommandError):
        call_command("do_due")
    assert len(mail.outbox) == 2
    first.refresh_from_db()
    assert (first.sent_at, first.sending_since, first.tries) == (None, None, 1), "it is tried again later"


def test_several_servers_do_each_thing_once(planned, owe, tmp_path):
    owe(20)
    planned(10)
    servers = [do_due_elsewhere(EMAIL_URL=f"filemail:///{tmp_path}") for _ in range(3)]
    assert [server.wait(120) for server in servers] == [0] * 3
    sent = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert sent.count(b"\nSubject:") == 20
    assert LogEntry.objects.filter(act=Act.LOCK).count() == 10
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
