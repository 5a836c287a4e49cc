"""The private socket: only for whoever is logged in, only hints, only as long as the session lasts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from accounts.models import Person
from tests.factories import new_key
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "zebrafinch"


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


def open_socket(server, client=None, **how):
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()) if client else ""
    address = server.url.replace("http", "ws") + "/live/me/"
    how.setdefault("origin", server.url)
    return connect(address, additional_headers={"Cookie": cookies} if cookies else {}, **how)


@pytest.fixture
def post(server, cast) -> Callable[..., int]:
    """Sends a form to the running server as somebody: what happens in that process is heard there."""

    return lambda who, path, **fields: post_as(server, cast.client(who), path, **fields)


def post_as(server: Server, client: Client, path: str, **fields: str) -> int:
    session, token = client.cookies["sessionid"].value, "t" * 32
    body = urlencode(fields | {"key": new_key(), "csrfmiddlewaretoken": token}).encode()
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={token}",
        "Origin": server.url,
        "Accept": "application/json",
    }
    with urlopen(Request(server.url + path, data=body, headers=headers), timeout=10) as answer:
        return answer.status


def test_nobody_without_a_session_is_let_in(server, thread):
    with open_socket(server) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd.code == 4401


def test_a_page_of_another_site_is_not_let_in(server, cast):
    with pytest.raises(InvalidStatus):
        open_socket(server, cast.client("ada"), origin="https://evil.example")


def test_whoever_is_logged_in_hears_only_that_there_is_something(server, cast, thread, post):
    with open_socket(server, cast.client("ada")) as socket:
        socket.ping().wait(5)
        post("ben", f"/comments/{thread.opening_id}/reply/", source=WORDS)
        assert json.loads(socket.recv(timeout=5)) == {"look": "notifications"}


def test_whoever_logged_out_hears_nothing_more(server, cast, thread, post):
    client: Client = cast.client("ada")
    with open_socket(server, client) as socket:
        socket.ping().wait(5)
        client.logout()
        post("ben", f"/comments/{thread.opening_id}/reply/", source=WORDS)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
    assert closed.value.rcvd.code == 4401


def ends(socket) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    return closed.value.rcvd.code


def test_logging_out_ends_the_line_at_once(server, cast, thread, post):
    client: Client = cast.client("ada")
    with open_socket(server, client) as here, open_socket(server, cast.client("ada")) as on_another_device:
        here.ping().wait(5)
        on_another_device.ping().wait(5)
        post_as(server, client, "/accounts/logout/")
        assert ends(here) == 4401
        with pytest.raises(TimeoutError):
            on_another_device.recv(timeout=1)


def test_suspending_somebody_ends_their_lines_at_once(server, cast, thread):
    staff = Client()
    staff.force_login(Person.objects.create_superuser("root@example.org", "x", name="Root"))
    fields = {"name": "Ada", "email": "ada@example.org", "group": "", "organisation": ""}
    with open_socket(server, cast.client("ada")) as socket, open_socket(server, cast.client("ben")) as other:
        socket.ping().wait(5)
        other.ping().wait(5)
        post_as(server, staff, f"/admin/accounts/person/{cast.ada.pk}/change/", **fields)
        assert ends(socket) == 4401
        with pytest.raises(TimeoutError):
            other.recv(timeout=1)


def test_what_is_said_into_the_private_socket_ends_it(server, cast, thread):
    with open_socket(server, cast.client("ada")) as socket:
        socket.send("hello")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)
