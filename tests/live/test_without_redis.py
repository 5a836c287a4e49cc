"""Redis is configured and away: everything goes on, only slower."""

from __future__ import annotations

import json
import urllib.request

import pytest
from websockets.sync.client import connect

from tests.server import running

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
