"""The same frames for lines that carry no WebSocket: server-sent events, and asking with `since`.

Plain ASGI: no session, no cookie, no query of its own. Both stand before Django, whose middleware would hold every
open line's thread.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseError

from forum.events.queries.positions import Position
from forum.http.edge import abort, respond
from forum.live.following import MAILBOX, Wanted, follow, read_address
from forum.live.hub import the_hub

HEADERS = [(b"cache-control", b"no-store")]
EVENTS = [*HEADERS, (b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
JSON = [*HEADERS, (b"content-type", b"application/json")]
LOOKING = {"GET", "HEAD"}
TAKEN_WITHIN = 25.0  # seconds for one text, as long as a WebSocket may leave a ping unanswered
BAD_REQUEST, NOT_FOUND, WRONG_METHOD, UNAVAILABLE = 400, 404, 405, 503

# How a frame that comes in one text begins (frames._frame). The last piece of another leads nowhere until it is joined.
LEADS = re.compile(
    r'\{"feed":"(?P<feed>[^"]+)","since":\d+,"since_stamp":\d+,"revision":(?P<revision>\d+),"stamp":(?P<stamp>\d+),'
)

logger = logging.getLogger(__name__)


class Listener:
    """Somebody at the other end of a stream of events. A full mailbox ends it, and so does a text that they do not
    take in time; they come again."""

    def __init__(self) -> None:
        self.mailbox: asyncio.Queue[str] = asyncio.Queue(MAILBOX)
        self.is_behind = asyncio.Event()

    def offer(self, text: str) -> None:
        try:
            self.mailbox.put_nowait(text)
        except asyncio.QueueFull:
            the_hub().leave(self)
            self.is_behind.set()

    async def write(self, wanted: Wanted, send: Any) -> None:
        seen = dict(wanted)
        while True:
            text = await self.mailbox.get()
            try:
                async with asyncio.timeout(TAKEN_WITHIN):
                    await _event(send, f"{_id_after(text, seen)}data: {text}\n\n")
            except TimeoutError:
                self.is_behind.set()
                return


async def events(scope: Any, receive: Any, send: Any) -> None:
    """`GET /live/events/?follow=theme:3:127:84372,theme:4:12:7`: every later change as one event.

    Each event carries an `id`, from which a browser that comes again by itself goes on (Last-Event-ID). The stream
    ends when it is too slow.
    """
    if scope["method"] not in LOOKING:
        return await _answer(scope, send, WRONG_METHOD)
    wanted = read_address(_asked(scope, "follow"))
    if not wanted:
        return await _answer(scope, send, BAD_REQUEST)
    wanted |= {name: position for name, position in _last_seen(scope).items() if name in wanted}
    await send({"type": "http.response.start", "status": 200, "headers": EVENTS})
    if scope["method"] == "HEAD":
        return await send({"type": "http.response.body", "body": b""})
    await _event(send, ": follows\n\n")  # something to carry, for proxies that wait for a first byte
    listener = Listener()
    gone = asyncio.create_task(_gone(receive), name="events: gone")
    work = [
        gone,
        asyncio.create_task(listener.write(wanted, send), name="events"),
        asyncio.create_task(listener.is_behind.wait(), name="events: behind"),
    ]
    try:
        if await follow(listener, wanted):
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        if listener.is_behind.is_set():
            if abort(scope):  # a last word would wait behind all that was not read
                await gone
            return
    finally:
        the_hub().leave(listener)
        for task in work:
            task.cancel()
    await send({"type": "http.response.body", "body": b""})


async def polled(scope: Any, receive: Any, send: Any) -> None:
    """`GET /live/themes/3/?since=127&stamp=84372`: the frames that lead from there to now, from memory."""
    if scope["method"] not in LOOKING:
        return await _answer(scope, send, WRONG_METHOD)
    name = f"theme:{scope['url_route']['kwargs']['theme_id']}"
    wanted = read_address(f"{name}:{_asked(scope, 'since')}:{_asked(scope, 'stamp') or 0}")
    if not wanted:
        return await _answer(scope, send, BAD_REQUEST)
    try:
        frames = await the_hub().since(name, wanted[name])
    except DatabaseError as error:
        logger.warning("Missed changes cannot be read for a follower: %s", error)
        return await _answer(scope, send, UNAVAILABLE)
    if frames is None:
        return await _answer(scope, send, NOT_FOUND)
    await _answer(scope, send, 200, f'{{"frames":[{",".join(frames)}]}}')


def _id_after(text: str, seen: Wanted) -> str:
    """The line that says where somebody is who has heard this text and all before it."""
    if (leads := LEADS.match(text)) is None:
        return ""
    seen[leads["feed"]] = Position(int(leads["revision"]), int(leads["stamp"]))
    return f"id: {','.join(f'{name}:{at.revision}:{at.stamp}' for name, at in seen.items())}\n"


def _last_seen(scope: Any) -> Wanted:
    """Where somebody was whose browser comes again by itself."""
    header = dict(scope["headers"]).get(b"last-event-id", b"")
    return read_address(header.decode("ascii", "replace")) or {}


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _event(send: Any, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(scope: Any, send: Any, status: int, body: str = "{}") -> None:
    await respond(scope, send, status, JSON, body.encode())


def _asked(scope: Any, name: str) -> str:
    return parse_qs(scope["query_string"].decode("ascii", "replace")).get(name, [""])[0]
