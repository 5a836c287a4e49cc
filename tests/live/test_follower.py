"""What followers receive, over real sockets from a real server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from forum.dialogue.actions.comments import edit_comment, open_thread, withdraw_comment
from forum.dialogue.actions.locking import bump_revision
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.events.queries import positions
from forum.models import Theme
from forum.moderation.actions.moderation import lock_thread, remove_comment, restore_comment
from tests.factories import new_key
from tests.server import Server, nudge, running
from tests.support.imported import import_reply, imported_comment

pytestmark = pytest.mark.django_db(transaction=True)

GONE = {"feed": "theme:987654", "gone": True}
WITHIN = 7.0  # seconds: without a shared channel layer a server looks by itself every five


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture
def follow(server: Server) -> Iterator[Callable[..., ClientConnection]]:
    with ExitStack() as open_sockets:

        def open_socket(*asked: Any, origin: str | None = None) -> ClientConnection:
            address = server.url.replace("http", "ws") + "/live/"
            socket = open_sockets.enter_context(connect(address, origin=origin or server.url))
            for request in asked:
                socket.send(request if isinstance(request, str) else json.dumps({"follow": request}))
            return socket

        yield open_socket


def at(theme: Theme, revision: int) -> dict[str, list[int]]:
    """What a page asks for that shows a theme as of a revision."""
    stamp = positions.stamp_at(positions.stamps_from(theme.pk, revision), revision)
    return {f"theme:{theme.pk}": [revision, stamp or 0]}


def changes(socket: ClientConnection, until: int) -> list[dict[str, Any]]:
    """Every change a follower hears up to a revision."""
    nudge()
    heard: list[dict[str, Any]] = []
    while True:
        frame = json.loads(socket.recv(timeout=WITHIN))
        assert len(json.dumps(frame)) < 64_000
        if "beat" in frame:
            continue
        heard += frame["changes"]
        if frame["revision"] >= until:
            return heard


def test_every_kind_of_change_reaches_a_follower_in_one_message(follow, theme, thread, cast, say):
    socket = follow(at(theme, 1))
    comment = say("ben", "A *new* reply.", to=thread.opening)
    new = [c for c in changes(socket, 2) if c["kind"] == "comment"]
    assert [(c["id"], c["parent"], c["thread"], c["number"], c["level"]) for c in new] == [
        (comment.pk, thread.opening_id, thread.pk, 2, 1)
    ]
    assert "<em>new</em>" in new[0]["html"]
    now = timezone.now()
    acts: list[tuple[Callable[[], Any], str, bool]] = [
        (lambda: edit_comment(comment, by=cast.ben, source="An edited reply.", now=now), "comment", True),
        (lambda: remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=now), "comment", False),
        (lambda: restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=now), "comment", True),
        (lambda: withdraw_comment(comment, by=cast.ben, now=now), "comment", False),
        (lambda: lock_thread(thread, by=cast.mo, reason="Enough.", now=now), "thread", True),
        (lambda: open_thread(theme, by=cast.ben, title="T", source="S", key=new_key(), now=now), "thread", True),
    ]
    for revision, (act, kind, has_html) in enumerate(acts, start=3):
        act()
        heard = [c for c in changes(socket, revision) if c["kind"] == kind]
        assert heard, revision
        assert bool(heard[-1]["html"]) == has_html, revision


def test_a_comment_longer_than_a_text_may_be_travels_in_pieces(follow, theme, thread, say):
    socket = follow(at(theme, 1))
    words = "对话之前的对话。" * 2200  # 17,600 characters, 52,800 bytes, and the markup around them
    say("ben", "\n\n".join(words[n : n + 16] for n in range(0, len(words), 16)), to=thread.opening)
    pieces = []
    while not pieces or len(pieces) < pieces[0]["piece"][1]:
        text = socket.recv(timeout=WITHIN)
        assert len(text.encode()) < 64_000
        if "piece" in json.loads(text):
            pieces.append(json.loads(text))
    assert [piece["piece"][0] for piece in pieces] == list(range(len(pieces)))
    assert len(pieces) > 1
    [change] = [c for c in json.loads("".join(piece["text"] for piece in pieces))["changes"] if c["kind"] == "comment"]
    assert change["html"].count("对话之前的对话。") > 2000


def test_who_comes_late_receives_what_is_missing_and_nothing_twice(follow, theme, thread, cast, say):
    hidden = say("ben", "MARKERWORD", to=thread.opening)
    seen = say("ben", "Seen before.", to=thread.opening)
    say("ada", "Missed.", to=seen)
    remove_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    heard = changes(follow(at(theme, 3)), 5)
    assert sorted(c["id"] for c in heard if c["kind"] == "comment") == [hidden.pk, seen.pk + 1]
    everything = changes(follow(at(theme, 0)), 5)
    assert "MARKERWORD" not in json.dumps(heard + everything)


def test_a_comment_that_waits_is_no_news(follow, theme, thread, cast, say):
    socket = follow(at(theme, 1))
    seed = imported_comment(
        theme, "x:1", author=cast.ben, source="MARKERWORD", written_at=timezone.now(), is_public=False
    )
    held = import_reply(thread.opening, seed)
    visible = say("ben", "A public one.", to=thread.opening)
    heard = changes(socket, 2)
    assert [c["id"] for c in heard if c["kind"] == "comment"] == [visible.pk]
    assert str(held.pk) not in [c["id"] for c in heard]
    assert "MARKERWORD" not in json.dumps(heard)


def test_who_is_too_far_behind_is_told_to_load_the_page_anew(follow, theme, thread, cast):
    behind = at(theme, 1)
    bump_revision(theme.pk, revisions=5000)
    assert json.loads(follow(behind).recv(timeout=WITHIN)) == {"feed": f"theme:{theme.pk}", "reset": True}


def test_a_theme_that_is_not_there_is_said_to_be_gone(follow):
    assert json.loads(follow({"theme:987654": [0, 0]}).recv(timeout=WITHIN)) == GONE


@pytest.mark.parametrize(
    "request_text",
    ["",
     "hello", "[]", "{}", '{"follow": 3}', '{"follow": {"theme:1": 1}}', '{"follow": {"theme:1": "x"}}',
     '{"follow": {"theme:1": [1]}}', '{"follow": {"theme:1": [1, 2, 3]}}', '{"follow": {"theme:1": [1, null]}}',
     '{"follow": {"theme:1": [-1, 1]}}', '{"follow": {"theme:1": [true, 1]}}', '{"follow": {"theme:-1": [1, 1]}}',
     '{"follow": {"1": [1, 1]}}', '{"follow": {"event:1": [1, 1]}}', '{"follow": {"theme:": [1, 1]}}',
     '{"follow": {"theme:01": [1, 1]}}', '{"follow": {"theme:99999999999999999999": [1, 1]}}', '{"follow": null}',
     json.dumps({"follow": {f"theme:{n}": [0, 0] for n in range(1, 40)}}), '{"follow": {"theme:1": [1.5, 1]}}'],
)  # fmt: skip
def test_what_is_no_request_ends_the_socket_politely(follow, request_text):
    socket = follow(request_text)
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=WITHIN)
    assert closed.value.rcvd.code == 4400


def test_a_frame_that_is_too_large_ends_the_socket(follow):
    with pytest.raises(ConnectionClosed) as closed:
        follow('{"follow": {"theme:1": "' + "x" * 20_000 + '"}}').recv(timeout=WITHIN)
    assert closed.value.rcvd.code == 1009


def test_a_page_of_another_site_gets_no_socket(follow):
    with pytest.raises(InvalidStatus) as refused:
        follow({}, origin="https://elsewhere.example")
    assert refused.value.response.status_code == 403


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="asks how sockets live with Redis")
def test_with_redis_a_socket_survives_silence_and_news_come_at_once(follow, theme, thread, say):
    socket = follow(at(theme, 1))
    time.sleep(7)  # redis-py 8 would have ended the subscription after five
    sent = time.monotonic()
    say("ben", "After a long silence.", to=thread.opening)
    assert [c for c in changes(socket, 2) if c["kind"] == "comment"]
    assert time.monotonic() - sent < 2, "by the hint, not by the look every five seconds"
