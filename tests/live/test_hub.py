"""The hub from inside: what connecting costs, and what happens to those who cannot keep up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from forum.actions.tell import group_of
from forum.live import feed as feed_module
from forum.live.consumers import BEHIND, PublicFollower
from forum.live.feed import Feed
from forum.live.following import MAILBOX
from forum.live.hub import the_hub
from forum.live.routing import sockets
from forum.queries import changes
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


async def follower(theme_id: int, since: int) -> Socket:
    socket = Socket(sockets, {"type": "websocket", "path": "/live/", "headers": [], "query_string": b""})
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(3))["type"] == "websocket.accept"
    await socket.say(json.dumps({"follow": {str(theme_id): since}}))
    return socket


async def stop() -> None:
    for task in the_hub().tasks.values():
        task.cancel()


async def test_connecting_costs_no_query_once_a_theme_is_followed(theme, thread):
    first = await follower(theme.pk, 1)
    await asyncio.sleep(0.2)
    with statements() as seen:
        others = [await follower(theme.pk, 1) for _ in range(20)]
        assert json.loads(await others[-1].hear_any()) == {"beat": True, "theme": theme.pk, "following": 20}
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
async def test_a_comment_costs_the_same_seven_queries_however_many_sockets_hear_it(theme, thread, cast, count):
    def write() -> None:
        reply_to(thread.opening, cast.ben, "News.")
        seen.clear()  # in the one thread that asks the database: what follows is the hub's

    followers = [await follower(theme.pk, 1) for _ in range(count)]
    await asyncio.sleep(0.3)  # the feed's own first look is over
    with statements() as seen:
        await sync_to_async(write)()
        heard = [json.loads(await socket.hear(timeout=7)) for socket in followers]
    assert [frame["revision"] for frame in heard] == [2] * count
    assert len([sql for sql in seen if sql.startswith("SELECT")]) == 7
    for socket in followers:
        await socket.leave()
    await stop()


@pytest.mark.parametrize("count", [1, 500])
async def test_a_change_costs_seven_queries_and_one_encoding_however_many_follow(theme, thread, cast, count):
    feed = Feed(theme.pk, 1)
    listeners = [Listener() for _ in range(count)]
    feed.followers.update(listeners)
    await sync_to_async(reply_to)(thread.opening, cast.ben, "News.")
    with statements() as seen:
        await feed.look()
    assert len([sql for sql in seen if sql.startswith("SELECT")]) == 7
    assert {len(listener.heard) for listener in listeners} == {1}
    assert len({id(listener.heard[0]) for listener in listeners}) == 1, "the same text, not a copy for each"


async def test_thousand_who_return_are_answered_from_memory(theme, thread, cast):
    first = await follower(theme.pk, 0)
    await first.hear(timeout=3)
    await asyncio.sleep(0.3)  # the feed's own first look
    with statements() as seen:
        returned = await asyncio.gather(*(follower(theme.pk, 0) for _ in range(50)))
        frames = [json.loads(await socket.hear(timeout=3)) for socket in returned]
    assert all(sql.startswith('SELECT "forum_theme"."revision"') for sql in seen), "whether there is anything new"
    assert len(seen) <= 20, "asked by all together"
    assert all(frame["revision"] == 1 for frame in frames)
    for socket in [first, *returned]:
        await socket.leave()
    await stop()


async def test_more_changes_than_are_worth_sending_are_a_reset_for_all_and_only_once(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 2)
    feed, listener = Feed(theme.pk, 1), Listener()
    feed.followers.add(listener)
    for n in range(4):
        await sync_to_async(reply_to)(thread.opening, cast.ben, f"Point {n}.")
    await feed.look()
    reset = json.dumps({"theme": theme.pk, "reset": True})
    assert listener.heard == [reset]
    assert await feed.missing(1) == [reset], "whoever comes with an older page loads it anew, too"
    assert await feed.missing(5) == []
    await sync_to_async(reply_to)(thread.opening, cast.ben, "And on.")
    await feed.look()
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
    feed = the_hub().feeds[theme.pk]
    assert len(feed.memory) == 5
    assert await feed.missing(2) == [json.dumps({"theme": theme.pk, "reset": True})]
    assert json.loads((await feed.missing(12))[0])["changes"][-1]["revision"] == 13
    await first.leave()
    await stop()


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
    there.base_send = line.send
    feed.followers.add(there)
    the_hub().feeds[feed.theme_id] = feed
    return there


async def test_who_reaches_further_back_than_memory_gets_a_reset_and_the_database_is_asked_once(
    theme, thread, cast, monkeypatch
):
    for n in range(12):
        await sync_to_async(reply_to)(thread.opening, cast.ben, f"Point {n}.")
    feed = Feed(theme.pk, 13)
    monkeypatch.setattr(feed_module, "REMEMBERED", 13)  # thirteen comments, their thread and their theme are more
    reset = [json.dumps({"theme": theme.pk, "reset": True})]
    with statements() as seen:
        assert await feed.missing(0) == reset, "never a part of it as if it were all"
    assert seen
    with statements() as seen:
        assert [await feed.missing(since) for since in (0, 0, 0)] == [reset] * 3
    assert seen == []
    whole = json.loads((await feed.missing(3))[-1])
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
    feed, line, other = Feed(1, 0), Line(), Line()
    stuck = at_the_end_of(line, feed)
    at_the_end_of(other, feed)
    line.is_free.clear()
    for n in range(MAILBOX + 5):
        await feed.hand_out(f"text {n}")
    assert other.took == [f"text {n}" for n in range(MAILBOX + 5)]
    assert line.took == []
    assert stuck.mailbox is not None
    assert len(stuck.mailbox) == MAILBOX
    assert stuck not in feed.followers
    line.is_free.set()
    await asyncio.sleep(0.05)
    assert "4008" in line.took, "it is told to come again"
    the_hub().leave(next(iter(feed.followers)))
    assert 1 not in the_hub().feeds


async def test_a_line_that_makes_wait_loses_nothing_and_keeps_the_order():
    feed, line = Feed(1, 0), Line()
    there = at_the_end_of(line, feed)
    await feed.hand_out("at once")
    line.is_free.clear()
    for text in ("waits", "waits behind it"):
        await feed.hand_out(text)
    await asyncio.sleep(0.05)
    assert line.took == ["at once"]
    line.is_free.set()
    await asyncio.sleep(0.05)
    assert line.took == ["at once", "waits", "waits behind it"]
    await feed.hand_out("at once again")
    assert line.took[-1] == "at once again"
    assert there.mailbox is None, "a free line needs no mailbox"
    await there.disconnect(1000)
    assert 1 not in the_hub().feeds


@pytest.mark.parametrize("error", [OSError("lost"), RuntimeError("closed by the server")])
@pytest.mark.parametrize("waits", [False, True])
async def test_a_line_that_breaks_leaves_the_others_alone(error, waits):
    feed, line, other = Feed(1, 0), Line(), Line()
    broken = at_the_end_of(line, feed)
    at_the_end_of(other, feed)
    line.error = error
    if waits:
        line.is_free.clear()
    await feed.hand_out("one")
    line.is_free.set()
    await asyncio.sleep(0.05)
    await feed.hand_out("two")
    assert other.took == ["one", "two"]
    assert broken not in feed.followers
    the_hub().leave(next(iter(feed.followers)))


async def test_a_follower_that_leaves_while_its_line_makes_wait_stops_writing():
    feed, line = Feed(1, 0), Line()
    there = at_the_end_of(line, feed)
    line.is_free.clear()
    await feed.hand_out("too late")
    await asyncio.sleep(0)
    await there.disconnect(1001)
    line.is_free.set()
    await asyncio.sleep(0.05)
    assert line.took == []


async def test_a_task_of_the_hub_that_fails_begins_again(theme, thread, cast, monkeypatch):
    plain = Feed.look
    failures = iter([True])

    async def look(self: Feed) -> None:
        if next(failures, False):
            raise RuntimeError("the database went away")
        await plain(self)

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
    hint = {"type": "theme.changed", "theme": theme.pk, "revision": 9}
    with statements() as seen:
        await the_hub().layer.group_send(group_of(theme.pk), hint)
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
    assert len(the_hub().feeds[opened.pk].followers) == 1
    await first.leave()
    assert the_hub().feeds == {}
    await stop()


async def test_who_asks_while_the_database_is_away_is_told_to_come_again_and_forgotten(theme, thread, monkeypatch):
    there = await follower(theme.pk, 1)
    await there.hear_any()  # the beat that says it lives

    async def read(*args: Any) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr(Feed, "_read", read)
    asking = await follower(theme.pk, 0)
    assert (await asking.receive_output(3))["code"] == BEHIND
    await asking.leave()
    assert len(the_hub().feeds[theme.pk].followers) == 1
    await there.leave()
    await stop()
