"""The hub from inside: what connecting costs, and what happens to those who cannot keep up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from forum.dialogue.queries import changes
from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.kernel.realtime import group_of_feed
from forum.live import feed as feed_module
from forum.live import themes
from forum.live.consumers import BEHIND, PublicFollower
from forum.live.feed import Feed, Look
from forum.live.following import MAILBOX
from forum.live.hub import the_hub
from forum.live.routing import sockets
from tests.factories import make_theme, reply_to

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to the database meanwhile, in any thread."""
    seen: list[str] = []
    plain = CursorWrapper.execute

    def execute(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        seen.append(str(sql))
        return plain(self, sql, params)

    CursorWrapper.execute = execute  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        CursorWrapper.execute = plain  # type: ignore[method-assign]


class Socket(ApplicationCommunicator):
    """A follower's end of the line."""

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self, timeout: float = 3) -> str:
        """The next text that is no beat."""
        while "beat" in (text := await self.hear_any(timeout)):
            pass
        return text

    async def hear_any(self, timeout: float = 3) -> str:
        return (await self.receive_output(timeout))["text"]

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


async def connected() -> Socket:
    socket = Socket(sockets, {"type": "websocket", "path": "/live/", "headers": [], "query_string": b""})
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(3))["type"] == "websocket.accept"
    return socket


async def follower(theme_id: int, since: int) -> Socket:
    socket = await connected()
    stamps = await sync_to_async(positions.stamps_from)(theme_id, since)
    stamp = positions.stamp_at(stamps, since) or 0
    await socket.say(json.dumps({"follow": {f"theme:{theme_id}": [since, stamp]}}))
    return socket


async def feed_at(theme_id: int, revision: int) -> Feed:
    """A feed outside of any hub."""
    name = f"theme:{theme_id}"
    return Feed(name, await position(theme_id, revision), partial(themes.look, name))


async def position(theme_id: int, revision: int) -> Position:
    stamps = await sync_to_async(positions.stamps_from)(theme_id, revision)
    return Position(revision, positions.stamp_at(stamps, revision) or 0)


async def missing(feed: Feed, revision: int) -> list[str]:
    """What somebody is told who comes back to a feed from a revision."""
    *texts, beat = await feed.catch_up(await position(int(feed.name.split(":")[1]), revision))
    assert "beat" in beat
    return texts


async def hand_out(feed: Feed, *texts: str) -> None:
    """Tells everybody who follows a feed something, and waits until it is told."""
    for text in texts:
        feed._queue([text])
    await sent(feed)


async def sent(feed: Feed) -> None:
    sender = asyncio.create_task(feed.send_outgoing())
    while feed.has_outgoing.is_set():
        await asyncio.sleep(0)
    sender.cancel()


async def stop() -> None:
    for task in the_hub().tasks.values():
        task.cancel()


async def test_connecting_costs_no_query_once_a_theme_is_followed(theme, thread):
    first = await follower(theme.pk, 1)
    await asyncio.sleep(0.2)
    others = [await connected() for _ in range(20)]
    stamp = (await position(theme.pk, 1)).stamp
    request = json.dumps({"follow": {f"theme:{theme.pk}": [1, stamp]}})
    told = {"feed": f"theme:{theme.pk}", "stamp": stamp}
    with statements() as seen:
        for socket in others:
            await socket.say(request)
            await socket.hear_any()
        await others[-1].say(request)
        assert json.loads(await others[-1].hear_any()) == told | {"beat": 1, "following": 20}
    assert seen == []
    for socket in [first, *others]:
        await socket.leave()
    assert the_hub().feeds == {}, "a feed that nobody follows ends"
    await stop()


class Listener:
    """A follower that only remembers."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def offer(self, text: str) -> None:
        self.heard.append(text)


@pytest.mark.parametrize("count", [5, 500])
async def test_a_comment_costs_the_same_ten_queries_however_many_sockets_hear_it(theme, thread, cast, count):
    def write() -> None:
        reply_to(thread.opening, cast.ben, "News.")
        seen.clear()  # in the one thread that asks the database: what follows is the hub's

    followers = [await follower(theme.pk, 1) for _ in range(count)]
    await asyncio.sleep(0.3)  # the feed's own first look is over
    with statements() as seen:
        await sync_to_async(write)()
        heard = [json.loads(await socket.hear(timeout=7)) for socket in followers]
    assert [frame["revision"] for frame in heard] == [2] * count
    assert len([sql for sql in seen if sql.startswith("SELECT")]) == 10
    for socket in followers:
        await socket.leave()
    await stop()


@pytest.mark.parametrize("count", [1, 500])
async def test_a_change_costs_ten_queries_and_one_encoding_however_many_follow(theme, thread, cast, count):
    feed = await feed_at(theme.pk, 1)
    listeners = [Listener() for _ in range(count)]
    feed.followers.update(listeners)
    await sync_to_async(reply_to)(thread.opening, cast.ben, "News.")
    with statements() as seen:
        await feed.look(expects_news=True)
    await sent(feed)
    assert len([sql for sql in seen if sql.startswith("SELECT")]) == 10
    assert {len(listener.heard) for listener in listeners} == {1}
    assert len({id(listener.heard[0]) for listener in listeners}) == 1, "the same text, not a copy for each"


async def back(theme_id: int) -> Socket:
    """Somebody who has seen nothing so far."""
    socket = await connected()
    await socket.say(json.dumps({"follow": {f"theme:{theme_id}": [0, 0]}}))
    return socket


async def test_thousand_who_return_are_answered_from_memory(theme, thread, cast):
    first = await follower(theme.pk, 0)
    await first.hear(timeout=3)
    await asyncio.sleep(0.3)  # the feed's own first look
    with statements() as seen:
        returned = await asyncio.gather(*(back(theme.pk) for _ in range(50)))
        frames = [json.loads(await socket.hear(timeout=3)) for socket in returned]
    assert all(sql.startswith('SELECT "forum_theme"."revision"') for sql in seen), "whether there is anything new"
    assert len(seen) <= 20, "asked by all together"
    assert all(frame["revision"] == 1 for frame in frames)
    for socket in [first, *returned]:
        await socket.leave()
    await stop()


async def test_more_changes_than_are_worth_sending_are_a_reset_for_all_and_only_once(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 2)
    feed, listener = await feed_at(theme.pk, 1), Listener()
    feed.followers.add(listener)
    for n in range(4):
        await sync_to_async(reply_to)(thread.opening, cast.ben, f"Point {n}.")
    await feed.look(expects_news=True)
    await sent(feed)
    reset = json.dumps({"feed": f"theme:{theme.pk}", "reset": True})
    assert listener.heard == [reset]
    assert await missing(feed, 1) == [reset], "whoever comes with an older page loads it anew, too"
    assert await missing(feed, 5) == []
    await sync_to_async(reply_to)(thread.opening, cast.ben, "And on.")
    await feed.look(expects_news=True)
    await sent(feed)
    assert json.loads(listener.heard[-1])["revision"] == 6


async def test_memory_is_bounded_and_says_so(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(feed_module, "REMEMBERED", 5)
    first = await follower(theme.pk, 1)
    await first.hear_any()  # the beat: it follows
    for n in range(12):
        await sync_to_async(reply_to)(thread.opening, cast.ben, f"Point {n}.")
    heard = 0
    while heard < 13:
        heard = json.loads(await first.hear(timeout=7))["revision"]
    feed = the_hub().feeds[f"theme:{theme.pk}"]
    assert len(feed.memory) == 5
    assert await missing(feed, 2) == [json.dumps({"feed": f"theme:{theme.pk}", "reset": True})]
    assert json.loads((await missing(feed, 12))[0])["changes"][-1]["revision"] == 13
    await first.leave()
    await stop()


def quiet_feed() -> Feed:
    async def nothing_new(after: Position, *, expects_news: bool) -> Look:
        return Look([after], [])

    return Feed("theme:1", Position(0, 0), nothing_new)


class Line:
    """A line as uvicorn's: takes texts while it is free, makes wait when it is full, and can be lost."""

    def __init__(self) -> None:
        self.took: list[str] = []
        self.is_free = asyncio.Event()
        self.is_free.set()
        self.error: Exception | None = None

    async def send(self, message: dict[str, Any]) -> None:
        await self.is_free.wait()
        if self.error is not None:
            raise self.error
        self.took.append(message.get("text") or str(message["code"]))


def at_the_end_of(line: Line, feed: Feed) -> PublicFollower:
    """A follower of a feed, without a server."""
    there = PublicFollower()
    there.base_send, there.scope = line.send, {}
    feed.followers.add(there)
    the_hub().feeds[feed.name] = feed
    return there


async def test_who_reaches_further_back_than_memory_gets_a_reset_and_the_database_is_asked_once(
    theme, thread, cast, monkeypatch
):
    for n in range(12):
        await sync_to_async(reply_to)(thread.opening, cast.ben, f"Point {n}.")
    feed = await feed_at(theme.pk, 13)
    monkeypatch.setattr(feed_module, "REMEMBERED", 13)  # thirteen comments, their thread and their theme are more
    reset = [json.dumps({"feed": f"theme:{theme.pk}", "reset": True}), feed.beat()]
    with statements() as seen:
        assert await feed.catch_up(Position(0, 0)) == reset, "never a part of it as if it were all"
    assert seen
    with statements() as seen:
        assert [await feed.catch_up(Position(0, 0)) for _ in range(3)] == [reset] * 3
    assert seen == []
    whole = json.loads((await missing(feed, 3))[-1])
    assert whole["revision"] == 13
    assert len([change for change in whole["changes"] if change["kind"] == "comment"]) == 10


async def test_a_text_that_nests_without_end_is_no_request(theme, thread):
    socket = await follower(theme.pk, 1)
    await socket.hear_any()
    await socket.say("[" * 8000)
    assert (await socket.receive_output(3))["code"] == 4400
    assert the_hub().feeds == {}
    await socket.leave()
    await stop()


async def test_who_does_not_read_is_cut_off_and_costs_nobody_else_anything():
    feed, line, other = quiet_feed(), Line(), Line()
    stuck = at_the_end_of(line, feed)
    at_the_end_of(other, feed)
    line.is_free.clear()
    for n in range(MAILBOX + 5):
        await hand_out(feed, f"text {n}")
    assert other.took == [f"text {n}" for n in range(MAILBOX + 5)]
    assert line.took == []
    assert stuck.mailbox is not None
    assert len(stuck.mailbox) == MAILBOX
    assert stuck not in feed.followers
    line.is_free.set()
    await asyncio.sleep(0.05)
    assert "4008" in line.took, "it is told to come again"
    the_hub().leave(next(iter(feed.followers)))
    assert "theme:1" not in the_hub().feeds


async def test_a_line_that_makes_wait_loses_nothing_and_keeps_the_order():
    feed, line = quiet_feed(), Line()
    there = at_the_end_of(line, feed)
    await hand_out(feed, "at once")
    line.is_free.clear()
    for text in ("waits", "waits behind it"):
        await hand_out(feed, text)
    await asyncio.sleep(0.05)
    assert line.took == ["at once"]
    line.is_free.set()
    await asyncio.sleep(0.05)
    assert line.took == ["at once", "waits", "waits behind it"]
    await hand_out(feed, "at once again")
    assert line.took[-1] == "at once again"
    assert there.mailbox is None, "a free line needs no mailbox"
    await there.disconnect(1000)
    assert "theme:1" not in the_hub().feeds


@pytest.mark.parametrize("error", [OSError("lost"), RuntimeError("closed by the server")])
@pytest.mark.parametrize("waits", [False, True])
async def test_a_line_that_breaks_leaves_the_others_alone(error, waits):
    feed, line, other = quiet_feed(), Line(), Line()
    broken = at_the_end_of(line, feed)
    at_the_end_of(other, feed)
    line.error = error
    if waits:
        line.is_free.clear()
    await hand_out(feed, "one")
    line.is_free.set()
    await asyncio.sleep(0.05)
    await hand_out(feed, "two")
    assert other.took == ["one", "two"]
    assert broken not in feed.followers
    the_hub().leave(next(iter(feed.followers)))


async def test_a_follower_that_leaves_while_its_line_makes_wait_stops_writing():
    feed, line = quiet_feed(), Line()
    there = at_the_end_of(line, feed)
    line.is_free.clear()
    await hand_out(feed, "too late")
    await asyncio.sleep(0)
    await there.disconnect(1001)
    line.is_free.set()
    await asyncio.sleep(0.05)
    assert line.took == []


async def test_a_task_of_the_hub_that_fails_begins_again(theme, thread, cast, monkeypatch):
    plain = Feed.look
    failures = iter([True])

    async def look(self: Feed, **how: Any) -> None:
        if next(failures, False):
            raise RuntimeError("the database went away")
        await plain(self, **how)

    monkeypatch.setattr(Feed, "look", look)
    socket = await follower(theme.pk, 1)
    await asyncio.sleep(0.1)
    await sync_to_async(reply_to)(thread.opening, cast.ben, "News.")
    assert "News." in await socket.hear(timeout=8)
    await socket.leave()
    await stop()


async def test_the_first_follower_of_a_theme_hears_the_first_hint(theme, thread, cast):
    socket = await follower(theme.pk, 1)
    await asyncio.sleep(0.2)
    assert the_hub().channel is not None
    hint = {"type": "feed.changed", "feed": f"theme:{theme.pk}", "revision": 9}
    with statements() as seen:
        await the_hub().layer.group_send(group_of_feed(f"theme:{theme.pk}"), hint)
        await asyncio.sleep(0.3)
    assert seen, "the hint makes the feed look at once"
    await socket.leave()
    await stop()


async def test_who_leaves_while_a_feed_opens_does_not_end_it(theme, event, thread, cast, monkeypatch):
    """The first follower of a theme waits for the channel layer; meanwhile others come and go."""
    opened = await sync_to_async(make_theme)(event)
    there = await follower(theme.pk, 1)
    await there.hear_any()  # the beat that says it lives
    layer, may_join = the_hub().layer, asyncio.Event()
    plain = layer.group_add

    async def group_add(*args: Any) -> None:
        await may_join.wait()
        await plain(*args)

    monkeypatch.setattr(layer, "group_add", group_add)
    first = await follower(opened.pk, 0)
    await asyncio.sleep(0.2)
    second = await follower(opened.pk, 0)
    await asyncio.sleep(0.1)
    await there.leave()
    await second.leave()
    may_join.set()
    await asyncio.sleep(0.2)
    assert len(the_hub().feeds[f"theme:{opened.pk}"].followers) == 1
    await first.leave()
    assert the_hub().feeds == {}
    await stop()


async def test_who_asks_while_the_database_is_away_is_told_to_come_again_and_forgotten(theme, thread, monkeypatch):
    there = await follower(theme.pk, 1)
    await there.hear_any()  # the beat that says it lives

    async def read(*args: Any, **more: Any) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr(the_hub().feeds[f"theme:{theme.pk}"], "read", read)
    asking = await follower(theme.pk, 0)
    assert (await asking.receive_output(3))["code"] == BEHIND
    await asking.leave()
    assert len(the_hub().feeds[f"theme:{theme.pk}"].followers) == 1
    await there.leave()
    await stop()
