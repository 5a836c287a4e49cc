"""Prepared statements: what they must not do to whoever alters a table, to large numbers, and to uneven data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DataError, connection
from django.utils import timezone

from forum.dialogue.actions.comments import post_reply
from forum.dialogue.queries import comments
from forum.dialogue.queries.answering import PLACE
from forum.kernel.batches import Batch
from forum.kernel.stamp import RevisionStamp
from forum.models import Comment
from tests.factories import new_key
from tests.server import database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite prepares nothing"),
]


def prepared() -> list[tuple[str, str, int]]:
    """What this connection has prepared: names, texts, and how many values each takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements ORDER BY name")
        return cursor.fetchall()


@contextmanager
def altered(column: str, kind: str, usual: str) -> Iterator[None]:
    """As a migration leaves a column of threads that runs beside the server, over a connection of its own."""
    alter = f"ALTER TABLE forum_thread ALTER COLUMN {column} TYPE"
    with psycopg.connect(database_url(), autocommit=True) as theirs:
        theirs.execute(f"{alter} {kind}")
        try:
            yield
        finally:
            theirs.execute(f"{alter} {usual}")


def reply(to: Comment, by: object, text: str) -> Comment:
    return post_reply(to, by=by, source=text, key=new_key(), now=timezone.now())


def test_a_migration_beside_the_server_breaks_no_question(thread):
    assert PLACE.get(comment=thread.opening_id).pk == thread.opening_id
    assert prepared() != []
    with altered("slow_minutes", "bigint", "smallint"):
        assert PLACE.get(comment=thread.opening_id).thread.slow_minutes == 0


def test_a_migration_beside_the_server_breaks_no_reply(thread, cast):
    reply(thread.opening, cast.ben, "Before.")
    opening = Comment.objects.get(pk=thread.opening_id)
    with altered("comment_count", "bigint", "integer"):
        reply(opening, cast.ben, "After.")
    assert Comment.objects.count() == 3


def test_a_number_that_does_not_fit_is_refused(thread):
    batch = Batch()
    batch.insert(RevisionStamp(pk=10**6, theme_id=thread.theme_id, slot=77, revision=1, stamp=3_000_000_000))
    with pytest.raises(DataError):
        batch.run()
    assert not RevisionStamp.objects.filter(slot=77).exists()


def test_numbers_of_every_size_share_one_statement(thread):
    PLACE.rows(comment=1)
    before = prepared()
    for number in (7, 40_000, 2**33, 2**62):
        PLACE.rows(comment=number)
    assert prepared() == before


def test_one_plan_for_all_values_goes_by_an_index(thread, cast):
    client = cast.client("ben")
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")  # tables of tests are too small for an index to be worth it
        cursor.execute("SELECT current_setting('plan_cache_mode')")
        assert cursor.fetchone() == ("force_generic_plan",)
        cursor.execute("DEALLOCATE ALL")
    try:
        client.post(f"/comments/{thread.opening_id}/reply/", {"source": "Some words.", "key": new_key()})
        plans = {}
        for name, text, count in prepared():
            with connection.cursor() as cursor:
                values = f"({', '.join(['NULL'] * count)})" if count else ""
                cursor.execute(f'EXPLAIN EXECUTE "{name}"{values}')
                plans[text] = "\n".join(line for (line,) in cursor.fetchall())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan; DEALLOCATE ALL")
    assert len(plans) == 7
    assert [text for text, plan in plans.items() if "Seq Scan" in plan] == []


def test_a_prepared_plan_goes_by_a_partial_index(thread, cast, say):
    for number in range(30):
        say("ben", f"Words {number}.", to=thread.opening)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; ANALYZE forum_comment; DEALLOCATE ALL")
    try:
        assert len(comments.by_keys([thread.opening_id])) == 1
        ((name, _, _),) = prepared()
        with connection.cursor() as cursor:
            cursor.execute(f"""EXPLAIN EXECUTE "{name}"('[1]')""")
            plan = "\n".join(line for (line,) in cursor.fetchall())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET enable_seqscan; DEALLOCATE ALL")
    assert "comment_held" in plan
    assert "Seq Scan" not in plan
