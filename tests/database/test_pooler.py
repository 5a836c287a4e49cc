"""Parley behind PgBouncer: writers side by side over fewer connections than writers, in either mode."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.faults.site import Visitor, prepare
from tests.server import Server
from tests.support.own_services import BIN, SKIPS, Cluster, cluster
from tests.support.pgbouncer import PGBOUNCER, pooled

pytestmark = [
    pytest.mark.django_db,  # for the server's helper only: the site has a database of its own
    pytest.mark.either,
    pytest.mark.skipif(
        (BIN is None or PGBOUNCER is None) and SKIPS, reason="needs PostgreSQL's programs and PgBouncer"
    ),
]
WRITERS, EACH = 6, 4


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    with cluster() as own:
        prepare(own.url)
        yield own


@pytest.fixture(
    scope="module",
    params=[("transaction", 2, "on"), ("session", 20, "off")],
    ids=["transaction", "session"],
)
def site(
    request: pytest.FixtureRequest, database: Cluster, django_db_setup: None, django_db_blocker: object
) -> Iterator[Server]:
    mode, size, behind_pooler = request.param
    with pooled(database, mode=mode, size=size) as url, django_db_blocker.unblock():
        server = Server(DATABASE_URL=url, REDIS_URL="", DATABASE_BEHIND_POOLER=behind_pooler)
        server.start()
        yield server
        server.stop()


def test_replies_through_a_pooler_are_all_there_once(site, database):
    visitor = Visitor(site.url)
    visitor.log_in("ada")
    path, fields = visitor.reply_form(3)
    words = [f"Words through a pooler: {uuid4().hex}." for _ in range(WRITERS * EACH)]

    def send(text: str) -> int:
        return visitor.post(path, fields | {"source": text, "key": uuid4().hex}).status

    with ThreadPoolExecutor(WRITERS) as pool:
        assert set(pool.map(send, words)) == {200}
    assert set(statuses_of_pages(site)) == {200}
    with database.connect() as connection:
        kept = connection.execute(
            "SELECT source FROM forum_commentversion WHERE source LIKE 'Words through%'"
        ).fetchall()
    assert sorted(text for (text,) in kept if text in words) == sorted(words)


def statuses_of_pages(site: Server) -> list[int]:
    """Pages that ask in several ways: a thread, a search, a feed, and a page of who is logged in."""
    visitor = Visitor(site.url)
    visitor.log_in("mo")
    return [visitor.get(path).status for path in ("/threads/1/", "/baku-2012/search/?q=pooler", "/baku-2012/feed.atom")]
