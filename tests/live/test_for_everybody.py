"""The rest of the access matrix: what is answered before Django's addresses, by whoever asks in whatever way."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.access.matrix_browser import METHODS
from tests.access.matrix_secrets import insert_comment, words_in
from tests.access.matrix_stage import ROLES, World, make_world
from tests.server import Server, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.either]

# What each answers to everybody; HEAD as GET. A file that is not there is Django's to refuse.
TABLE = {
    "/live/events/?follow=theme:{theme}:0:0": {"GET": 200, "rest": 405},
    "/live/events/": {"GET": 400, "rest": 405},
    "/live/themes/{theme}/?since=0&stamp=0": {"GET": 200, "rest": 405},
    "/live/themes/{theme}/": {"GET": 400, "rest": 405},
    "/live/themes/987654/?since=1": {"GET": 404, "rest": 405},
    "/healthz": {"GET": 200, "rest": 405},
    "/readyz": {"GET": 200, "rest": 405},
    "/static/css/base.css": {"GET": 200, "rest": 405},
    "/static/nothing.css": {"GET": 404, "rest": 404},
}
ENOUGH = 200_000  # bytes of a stream that does not end by itself


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


def answered(server: Server, world: World, role: str, method: str, path: str) -> tuple[int, bytes]:
    """The status, and the first of what comes then: frames of the theme come at once, and all together."""
    cookie = {"Cookie": f"sessionid={world.sessions[role]}"} if role in world.sessions else {}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as line:
        line.request(method, path, headers=cookie)
        answer: Any = line.getresponse()
        if "events/?" not in path or method != "GET" or answer.status != 200:
            return answer.status, answer.read()
        body = b""
        while b"data:" not in body and len(body) < ENOUGH:
            body += answer.read1(ENOUGH)
        return answer.status, body


def test_what_stands_before_django_is_for_everybody_and_tells_nothing_hidden(server: Server, folder: Any):
    world = make_world()
    insert_comment(world)
    theme, wrong = world.stage.theme.pk, []
    for path, row in TABLE.items():
        for role in ROLES:
            for method in METHODS:
                status, body = answered(server, world, role, method, path.format(theme=theme))
                right = row.get("GET" if method == "HEAD" else method, row["rest"])
                if status != right or words_in(body) or (method == "HEAD" and body):
                    wrong.append(f"{method} {path} by {role}: {status} and {words_in(body)}, but it should be {right}")
    assert not wrong, "\n".join(wrong)
    shown = answered(server, world, "anonymous", "GET", f"/live/themes/{theme}/?since=0&stamp=0")[1]
    assert b"Everybody reads this." in shown
