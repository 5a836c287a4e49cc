"""HEAD answers as GET does at the live doors, too, which stand before Django; and from the server itself."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from forum.models import Theme
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


def answered(server: Server, path: str, method: str) -> tuple[int, str | None, bytes]:
    """The status, the kind and, of a HEAD, the body until the server ends it."""
    line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=8)
    line.request(method, path)
    answer = line.getresponse()
    body = answer.read() if method == "HEAD" else b""
    line.close()
    return answer.status, answer.getheader("content-type"), body


@pytest.mark.parametrize(
    "path",
    [
        "/live/events/?follow=theme:{}:0:0",
        "/live/themes/{}/?since=0&stamp=0",
        "/live/events/",
        "/live/themes/{}/",
        "/baku/",
        "/notifications/",
        "/nowhere/",
        "/static/css/no-such.css",
    ],
)
def test_head_answers_as_get_without_a_body(server: Server, theme: Theme, path: str):
    address = path.format(theme.pk)
    status, kind, _ = answered(server, address, "GET")
    assert answered(server, address, "HEAD") == (status, kind, b"")
