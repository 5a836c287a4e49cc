"""The same frames without a WebSocket: as server-sent events, and by asking with `since`."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.kernel.realtime import somebody_writes
from forum.live.feed import Feed, Look, rounded
from forum.live.following import MOST_REQUESTS, Pace
from forum.moderation.actions.moderation import remove_comment
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


def get(server: Server, path: str, method: str = "GET") -> Any:
    try:
        return urlopen(Request(server.url + path, method=method), timeout=10)
    except HTTPError as refused:
        return refused


def asked(server: Server, theme_id: int, since: int) -> list[dict[str, Any]]:
    """The frames that lead there from a revision, without the beat at their end."""
    address = f"/live/themes/{theme_id}/?since={since}&stamp={stamp_of(theme_id, since)}"
    *frames, beat = json.load(get(server, address))["frames"]
    assert "beat" in beat
    return frames


def stamp_of(theme_id: int, revision: int) -> int:
    return positions.stamp_at(positions.stamps_from(theme_id, revision), revision) or 0


@contextmanager
def stream(server: Server, follow: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The frames of a stream of events, as they come."""
    line = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=8)
    line.request("GET", f"/live/events/?follow={follow}")
    answer = line.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Set-Cookie"] is None

    def frames() -> Iterator[dict[str, Any]]:
        while text := answer.readline():
            if text.startswith(b"data: ") and "beat" not in (frame := json.loads(text[6:])):
                yield frame

    yield frames()
    line.close()


def test_the_same_frames_on_every_kind_of_line(server, theme, thread, cast, say):
    hidden = say("ben", "MARKERWORD", to=thread.opening)
    with stream(server, f"theme:{theme.pk}:1:{stamp_of(theme.pk, 1)}") as events:
        assert "MARKERWORD" in json.dumps(next(events))
        remove_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
        say("ada", "Still here.", to=thread.opening)
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["revision"] < 4:
            heard.append(next(events))
    answer = asked(server, theme.pk, 2)
    with connect(server.url.replace("http", "ws") + "/live/", origin=server.url) as socket:
        socket.send(json.dumps({"follow": {f"theme:{theme.pk}": [2, stamp_of(theme.pk, 2)]}}))
        told = json.loads(socket.recv(timeout=7))
    assert answer == [told]
    assert {c["id"]: c for frame in heard for c in frame["changes"]} == {c["id"]: c for c in told["changes"]}
    assert "MARKERWORD" not in json.dumps([answer, heard])
    assert asked(server, theme.pk, 4) == []


def test_what_was_taken_back_is_not_told_from_memory_a_moment_later(server, theme, thread, cast, say):
    """The server may not have heard of it yet: without Redis, no hint of this process reaches it."""
    for turn in range(3):
        hidden = say("ben", f"MARKERWORD {turn}", to=thread.opening)
        theme.refresh_from_db()
        since = theme.revision - 1
        position = f"theme:{theme.pk}:{since}:{stamp_of(theme.pk, since)}"
        with stream(server, position) as events:
            assert "MARKERWORD" in json.dumps(next(events))  # now it remembers
            assert "MARKERWORD" in json.dumps(asked(server, theme.pk, since))
            remove_comment(hidden, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
            assert "MARKERWORD" not in json.dumps(asked(server, theme.pk, since))
        again = say("ada", "MARKERWORD once more", to=thread.opening)
        with stream(server, position) as events:
            assert "MARKERWORD" in json.dumps(next(events))
            remove_comment(again, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
            with stream(server, position) as later:
                assert "MARKERWORD" not in json.dumps(next(later))


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/live/themes/987654/?since=0", "GET", 404), ("/live/themes/1/", "GET", 400),
     ("/live/themes/1/?since=-1", "GET", 400), ("/live/themes/1/?since=x", "GET", 400),
     ("/live/themes/1/?since=99999999999999999999", "GET", 400), ("/live/themes/99999999999/?since=1", "GET", 400),
     ("/live/themes/1/?since=%C2%B2", "GET", 400), ("/live/themes/1/?since=1", "POST", 405),
     ("/live/events/", "GET", 400), ("/live/events/?follow=", "GET", 400), ("/live/events/?follow=1", "GET", 400),
     ("/live/events/?follow=a:1:1", "GET", 400), ("/live/events/?follow=theme:1:1:1,", "GET", 400),
     ("/live/events/?follow=theme:1:1", "GET", 400), ("/live/events/?follow=theme:1:1:-1", "GET", 400),
     ("/live/themes/1/?since=1&stamp=x", "GET", 400),
     ("/live/events/?follow=" + ",".join(f"theme:{n}:1:1" for n in range(1, 40)), "GET", 400),
     ("/live/events/?follow=theme:1:1:1", "POST", 405), ("/live/%FF/", "GET", 404)],
)  # fmt: skip
def test_what_is_no_request_is_refused(server, path, method, status):
    assert get(server, path, method).status == status


def test_a_theme_that_is_not_there_is_said_to_be_gone(server):
    with stream(server, "theme:987654:0:0") as events:
        assert next(events) == {"feed": "theme:987654", "gone": True}


def test_a_stream_that_is_left_is_forgotten(server, theme, thread, say):
    for _ in range(6):
        with stream(server, f"theme:{theme.pk}:0:0") as events:
            assert next(events)["revision"] == 1
    time.sleep(0.3)
    with stream(server, f"theme:{theme.pk}:0:0") as events:
        assert next(events)["revision"] == 1
        say("ben", "News.", to=thread.opening)
        frame = next(events)
        assert frame.get("revision") == 2, "not a word of how many follow: five would be told"


def test_who_asks_too_often_is_shown_out(server, theme, thread):
    with connect(server.url.replace("http", "ws") + "/live/", origin=server.url) as socket:
        for _ in range(MOST_REQUESTS + 1):
            socket.send(json.dumps({"follow": {f"theme:{theme.pk}": [1, 1]}}))
        with pytest.raises(ConnectionClosed) as closed:  # noqa: PT012 - what was answered before comes first
            while True:
                socket.recv(timeout=5)
        assert closed.value.rcvd.code == 4400


def test_the_pace_comes_back_with_time(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pace = Pace()
    assert [pace.allows() for _ in range(MOST_REQUESTS + 2)] == [True] * MOST_REQUESTS + [False, False]
    now[0] = 7.0
    assert pace.allows()


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (4, 0), (5, 5), (9, 5), (19, 15), (27, 20), (149, 100), (999, 950), (12345, 12300)]
)
def test_how_many_follow_is_told_in_round_numbers(count, told):
    assert rounded(count) == told


async def nothing_new(after: Position, *, expects_news: bool) -> Look:
    return Look([after], [])


class Listener:
    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def offer(self, text: str) -> None:
        self.heard.append(json.loads(text))


async def test_followers_of_other_processes_count_as_long_as_they_are_heard_of():
    feed = Feed("theme:3", Position(1, 1), nothing_new)
    feed.followers.update(Listener() for _ in range(4))
    assert json.loads(feed.beat())["following"] == 0, "four are nobody's business"
    feed.elsewhere["other"] = (30, feed_time())
    assert json.loads(feed.beat())["following"] == 30
    feed.elsewhere["other"] = (30, feed_time() - 90)
    assert json.loads(feed.beat())["following"] == 0


def feed_time() -> float:
    return asyncio.get_running_loop().time()


async def test_that_somebody_writes_is_told_once_in_five_seconds():
    feed, listener = Feed("theme:3", Position(1, 1), nothing_new), Listener()
    feed.followers.add(listener)
    for comment_id in (31, 31, 32, 31):
        feed.say_writing(comment_id)
    feed.written[31] -= 6
    feed.say_writing(31)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(feed.send_outgoing(), 0.05)
    assert listener.heard == [{"feed": "theme:3", "writing": comment} for comment in (31, 32, 31)]


def test_the_signal_to_write_needs_no_database(django_assert_num_queries, theme):
    with django_assert_num_queries(0):
        somebody_writes(theme.pk, 31)


def test_a_browser_that_comes_back_by_itself_goes_on_from_its_last_event(server, theme, thread, say):
    say("ben", "Heard before.", to=thread.opening)
    address = f"/live/events/?follow=theme:{theme.pk}:1:{stamp_of(theme.pk, 1)}"
    with urlopen(server.url + address, timeout=8) as first:
        line = b""
        while not line.startswith(b"id: "):
            line = first.readline()
    last = line.decode().removeprefix("id: ").strip()
    assert last == f"theme:{theme.pk}:2:{stamp_of(theme.pk, 2)}"
    say("ada", "Missed meanwhile.", to=thread.opening)
    with urlopen(Request(server.url + address, headers={"Last-Event-ID": last}), timeout=8) as again:
        line = b""
        while not line.startswith(b"data: "):
            line = again.readline()
    assert json.loads(line[6:])["since"] == 2
    assert b"Heard before." not in line
