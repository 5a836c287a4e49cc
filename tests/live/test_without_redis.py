"""Redis is configured and away: everything goes on, only slower."""

from __future__ import annotations

import json
import urllib.request

import pytest
from redis import Redis
from websockets.sync.client import connect

from tests.factories import session_of
from tests.server import running
from tests.support.own_services import REDIS, SKIPS, OwnRedis

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_posting_and_following_go_on_while_redis_is_away(theme, thread, say):
    with running(REDIS_URL="redis://127.0.0.1:9/0") as server:
        page = urllib.request.urlopen(f"{server.url}/threads/{thread.pk}/")
        assert page.status == 200
        theme.refresh_from_db()
        with connect(server.url.replace("http", "ws") + "/live/", origin=server.url) as socket:
            socket.send(json.dumps({"follow": {f"theme:{theme.pk}": [1, theme.stamp]}}))
            say("ben", "News without Redis.", to=thread.opening)
            heard = ""
            while "News without Redis." not in heard:
                heard = socket.recv(timeout=8)


@pytest.mark.skipif(REDIS is None and SKIPS, reason="needs Redis's own program")
def test_requests_share_connections_to_redis_which_may_come_back(thread, cast):
    redis = OwnRedis()
    redis.start()
    try:
        with running(REDIS_URL=redis.url) as server, Redis.from_url(redis.url) as asks:
            cookie = f"sessionid={session_of(cast.ada)}"
            page = urllib.request.Request(f"{server.url}/threads/{thread.pk}/", headers={"Cookie": cookie})

            def connections() -> int:
                for _ in range(5):
                    assert urllib.request.urlopen(page).status == 200
                return asks.info("stats")["total_connections_received"]

            assert connections() == connections(), "five pages later"
            assert asks.keys("*tree:*"), "the cache is in use"
            redis.stop()
            assert urllib.request.urlopen(page).status == 200
            redis.start()
            connections()
            assert asks.keys("*tree:*"), "and again"
    finally:
        redis.stop()
