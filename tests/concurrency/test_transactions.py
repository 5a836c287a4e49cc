"""An act is one transaction: begun again where nothing of it was kept, and not where something may have been."""

from __future__ import annotations

import psycopg
import pytest
from django.db import OperationalError, connection

from forum.kernel.transactions import in_one_transaction
from forum.models import Theme
from tests.server import database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="has no line that could be lost"),
]


def end_line(pid: int) -> None:
    """As a restart of the server would."""
    with psycopg.connect(database_url(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def own_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_line_lost_before_the_end_begins_anew(theme):
    runs = []

    @in_one_transaction
    def act() -> None:
        runs.append(1)
        Theme.objects.filter(pk=theme.pk).update(title=f"Run {len(runs)}")
        if len(runs) == 1:
            end_line(own_pid())
        Theme.objects.filter(pk=theme.pk).update(question="Again?")

    act()
    assert Theme.objects.get().title == "Run 2"


def test_a_line_lost_in_the_commit_does_not(theme):
    """Nobody knows then whether it was kept."""
    runs = []

    @in_one_transaction
    def act() -> None:
        runs.append(1)
        Theme.objects.filter(pk=theme.pk).update(title=f"Run {len(runs)}")
        end_line(own_pid())

    with pytest.raises(OperationalError):
        act()
    assert runs == [1]
