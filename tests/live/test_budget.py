"""How many connections stay open: for one address, and in all, so that pages are always served."""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from forum.live.budget import MOST_LEAVING, RESERVE, network_of
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)

EACH = 4
FILES = 300  # of one server
HERE, THERE = "127.0.0.1", "127.0.0.2"
FULL = "connections refused"


def address(server: Server, path: str = "/live/") -> str:
    return server.url.replace("http", "ws") + path


def opened(stack: ExitStack, server: Server, *, source: str = HERE, theme: int = 1, **headers: str) -> int:
    """Opens a WebSocket until the stack ends: 0 once it has been answered, or how it was refused."""
    line = socket.create_connection((HERE, server.port), timeout=10, source_address=(source, 0))
    try:
        found = stack.enter_context(connect(address(server), sock=line, origin=server.url, additional_headers=headers))
        found.send(json.dumps({"follow": {f"theme:{theme}": [0, 0]}}))
        found.recv(timeout=10)
    except InvalidStatus as refused:
        return refused.response.status_code
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006
    return 0


@contextmanager
def get(server: Server, path: str) -> Iterator[http.client.HTTPResponse]:
    line = http.client.HTTPConnection(HERE, server.port, timeout=10)
    line.request("GET", path)
    with contextlib.closing(line), line.getresponse() as answer:
        yield answer


def status(server: Server, path: str) -> int:
    with get(server, path) as answer:
        return answer.status


@contextmanager
def with_files(most: int) -> Iterator[None]:
    now, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, hard))


def test_one_address_has_its_share_and_others_theirs(theme, tmp_path):
    log, follow = tmp_path / "log", f"/live/events/?follow=theme:{theme.pk}:0:0"
    with running(log=log, LIVE_CONNECTIONS_PER_ADDRESS=str(EACH)) as server:
        with ExitStack() as stack:
            assert [opened(stack, server, theme=theme.pk) for _ in range(EACH - 1)] == [0] * (EACH - 1)
            assert stack.enter_context(get(server, follow)).status == 200
            assert opened(stack, server, theme=theme.pk) == 4429
            with get(server, follow) as refused:
                assert (refused.status, refused.headers["Retry-After"]) == (503, "30")
            assert status(server, f"/live/themes/{theme.pk}/?since=0") == 200  # asking keeps nothing open
            assert status(server, "/accounts/login/") == 200
            assert opened(stack, server, source=THERE, theme=theme.pk) == 0
        with ExitStack() as stack:
            assert opened(stack, server, theme=theme.pk) == 0
    assert log.read_text().count(FULL) == 1


def test_pages_keep_their_file_descriptors(theme, tmp_path):
    log, most = tmp_path / "log", max(FILES - RESERVE, FILES // 2)
    with ExitStack() as stack:
        with with_files(FILES):
            server = stack.enter_context(running(log=log, LIVE_CONNECTIONS_PER_ADDRESS=str(FILES)))
        codes = [opened(stack, server, theme=theme.pk) for _ in range(most)]
        assert codes == [0] * most
        assert opened(stack, server, source=THERE, theme=theme.pk) == 4429
        assert status(server, f"/live/themes/{theme.pk}/?since=0") == 503
        unanswered = [handshake(stack, server) for _ in range(2 * MOST_LEAVING)]  # none says goodbye
        assert unanswered.count(b"HTTP/1.1 503") >= MOST_LEAVING
        for path in ("/about/", "/static/css/base.css", f"/{theme.event.slug}/"):
            assert status(server, path) == 200
    assert log.read_text().count(FULL) == 1


def handshake(stack: ExitStack, server: Server) -> bytes:
    """A WebSocket that is asked for and then never answers: how it was answered."""
    line = stack.enter_context(socket.create_connection((HERE, server.port), timeout=10))
    facts = {"Host": f"127.0.0.1:{server.port}", "Origin": server.url, "Connection": "Upgrade", "Upgrade": "websocket"}
    facts |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    asked = "".join(f"{name}: {value}\r\n" for name, value in facts.items())
    line.sendall(f"GET /live/ HTTP/1.1\r\n{asked}\r\n".encode())
    return line.recv(12)


@pytest.mark.parametrize(("proxies", "shown"), [("1", "{}"), ("2", "{}, 203.0.113.9")])
def test_behind_proxies_each_visitor_is_counted(theme, tmp_path, proxies, shown):
    facts = {"LIVE_CONNECTIONS_PER_ADDRESS": "1", "BEHIND_PROXY": "on", "PROXIES": proxies}
    with running(log=tmp_path / "log", **facts) as server, ExitStack() as stack:

        def of(visitor: str) -> int:
            said = {"X-Forwarded-For": f"192.0.2.1, {shown.format(visitor)}"}
            return opened(stack, server, theme=theme.pk, **said)

        assert of("198.51.100.7") == 0
        assert of("198.51.100.7") == 4429
        assert of("198.51.100.8") == 0
        assert of("2001:db8:1:2::1") == 0
        assert of("2001:db8:1:2:ffff::9") == 4429  # the same network
        assert of("2001:db8:1:3::1") == 0
        assert of("::ffff:198.51.100.8") == 4429


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.7", "198.51.100.7"), ("::ffff:198.51.100.7", "198.51.100.7"), ("nonsense", ""), ("", ""),
     ("2001:db8::1", "2001:db8::/64"), ("2001:db8::ffff:0:0:1", "2001:db8::/64")],
)  # fmt: skip
def test_whom_an_address_counts_for(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize("path", ["/live/", "/live/me/"])
def test_a_flood_of_frames_ends_a_socket_once(cast, theme, tmp_path, path):
    log = tmp_path / "log"
    session = cast.client("ada").cookies["sessionid"].value
    with running(log=log) as server:
        for _ in range(5):
            with connect(
                address(server, path), origin=server.url, additional_headers={"Cookie": f"sessionid={session}"}
            ) as line:
                flood(line)
        assert status(server, "/accounts/login/") == 200
    assert "Traceback" not in log.read_text()


def flood(line: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        for _ in range(500):
            line.send("nonsense")
    with pytest.raises(ConnectionClosed) as closed:
        line.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code in {4400, 4401}
