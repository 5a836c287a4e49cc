"""Every answer has the same headers, whatever makes it, and is given only by our name and in the way the site has."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from django.test import override_settings
from websockets.exceptions import InvalidURI
from websockets.sync.client import connect

from forum.http.body_limit import MOST
from forum.http.edge import common_headers
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)

# One address of each kind, and what it answers.
KINDS = [
    ("GET", "/about/", {}, 200),
    ("HEAD", "/about/", {}, 200),
    ("GET", "/accounts/login/", {}, 200),
    ("GET", "/static/css/base.css", {}, 200),
    ("HEAD", "/static/js/main.js", {}, 200),
    ("GET", "/static/nothing.css", {}, 404),
    ("GET", "/nothing/at/all/", {}, 404),
    ("GET", "/%FF/", {}, 404),
    ("GET", "/accounts/login", {}, 301),
    ("GET", "/notifications/", {}, 302),
    ("GET", "/notifications/count/", {}, 403),
    ("POST", "/preview/", {}, 403),
    ("GET", "/notifications/seen/", {}, 405),
    ("GET", "/robots.txt", {}, 200),
    ("POST", "/", {"Content-Length": str(MOST + 1)}, 413),
    ("GET", "/live/", {}, 404),
    ("GET", "/live/events/", {}, 400),
    ("GET", "/live/events/?follow=theme:1:1:1", {}, 200),
    ("POST", "/live/events/", {}, 405),
    ("GET", "/live/themes/1/", {}, 400),
    ("GET", "/live/themes/987654/?since=1", {}, 404),
    ("GET", "/", {"Host": "evil.example"}, 400),
    ("GET", "/static/css/base.css", {"Host": "evil.example"}, 400),
    ("GET", "/live/events/?follow=theme:1:1:1", {"Host": "evil.example"}, 400),
    ("GET", "/live/themes/1/?since=1", {"Host": "evil.example"}, 400),
    ("POST", "/", {"Host": "evil.example", "Content-Length": str(MOST + 1)}, 400),
]
OPEN = [path for method, path, headers, status in KINDS if method == "GET" and status == 200]
BY_HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def secure(django_db_setup: None) -> Iterator[Server]:
    with running(SITE_URL="https://127.0.0.1", BEHIND_PROXY="on") as started:
        yield started


@contextmanager
def ask(server: Server, method: str, path: str, headers: dict[str, str]) -> Iterator[http.client.HTTPResponse]:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    line.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    with closing(line), line.getresponse() as answer:
        yield answer


def said(headers: Any, common: dict[bytes, bytes]) -> dict[bytes, list[bytes]]:
    """What an answer says of each common header, however often."""
    given = [(name.lower().encode(), in_order(value.encode())) for name, value in headers]
    return {each: [value for name, value in given if name == each] for each in common}


def once(common: dict[bytes, bytes]) -> dict[bytes, list[bytes]]:
    return {name: [in_order(value)] for name, value in common.items()}


def in_order(value: bytes) -> bytes:
    """The rules of a policy have no order of their own; every process has another."""
    return b"; ".join(sorted(value.split(b"; ")))


def test_the_table_holds_what_the_settings_ask_for():
    names = {
        b"x-content-type-options", b"referrer-policy", b"cross-origin-opener-policy", b"content-security-policy",
        b"x-frame-options",
    }  # fmt: skip
    assert common_headers(is_secure=False).keys() == names
    with override_settings(SECURE_HSTS_SECONDS=60):
        assert common_headers(is_secure=True).keys() == names | {b"strict-transport-security"}


@pytest.mark.parametrize(("method", "path", "headers", "status"), KINDS)
def test_every_kind_of_answer_has_the_same_headers(server, theme, method, path, headers, status):
    common = common_headers(is_secure=False)
    with ask(server, method, path, headers) as answer:
        assert (answer.status, said(answer.getheaders(), common)) == (status, once(common))


def test_what_is_no_http_is_answered_in_the_same_way(server):
    common = common_headers(is_secure=False)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"nonsense\r\n\r\n")
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert (answer.status, said(answer.getheaders(), common)) == (400, once(common))


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/live/", {"Origin": "https://evil.example"}, 403),
        ("/live/me/", {"Origin": "https://evil.example"}, 403),
        ("/live/", {"Host": "evil.example"}, 400),
        ("/live/me/", {"Host": "evil.example"}, 400),
    ],
)
def test_a_refused_websocket_is_answered_in_the_same_way(server, path, headers, status):
    common = common_headers(is_secure=False)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        facts = {"Host": f"127.0.0.1:{server.port}", "Origin": server.url} | headers
        facts |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        facts |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        asked = "".join(f"{name}: {value}\r\n" for name, value in facts.items())
        line.sendall(f"GET {path} HTTP/1.1\r\n{asked}\r\n".encode())
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert (answer.status, said(answer.getheaders(), common)) == (status, once(common))


@pytest.mark.parametrize("path", ["/embed/themes/{theme}/"])
def test_what_may_be_framed_says_so_itself(server, theme, path):
    theme.event.frame_origins = "https://example.org"
    theme.event.save(update_fields=["frame_origins"])
    with ask(server, "GET", path.format(theme=theme.pk), {}) as answer:
        assert "https://example.org" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] is None


@pytest.mark.parametrize("path", OPEN)
def test_what_comes_in_the_clear_is_sent_to_https(secure, theme, path):
    with ask(secure, "GET", path, {"Host": "127.0.0.1"}) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, f"https://127.0.0.1{path}")


@pytest.mark.parametrize("path", OPEN)
def test_what_comes_by_https_is_to_stay_there(secure, theme, path):
    with override_settings(SECURE_HSTS_SECONDS=365 * 24 * 3600, SECURE_HSTS_PRELOAD=True,
                           SECURE_HSTS_INCLUDE_SUBDOMAINS=True):  # fmt: skip
        common = common_headers(is_secure=True)
    with ask(secure, "GET", path, BY_HTTPS) as answer:
        assert (answer.status, said(answer.getheaders(), common)) == (200, once(common))


def test_a_websocket_in_the_clear_is_not_opened_where_the_site_has_https(secure, theme):
    address = f"ws://127.0.0.1:{secure.port}/live/"
    with pytest.raises(InvalidURI), connect(address, origin="https://127.0.0.1"):  # it is sent to https://
        pass
    with connect(address, origin="https://127.0.0.1", additional_headers=BY_HTTPS) as line:
        assert line.ping().wait(5)
