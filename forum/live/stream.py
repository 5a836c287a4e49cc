"""The same frames for lines that carry no WebSocket: server-sent events, and asking with `since`.

Plain ASGI: no session, no cookie, no query of its own. Both stand before Django, whose middleware would hold every
open line's thread.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseError

from forum.live.following import MAILBOX, follow, themes_asked
from forum.live.hub import the_hub
from forum.queries.changes import place

HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
EVENTS = [*HEADERS, (b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
JSON = [*HEADERS, (b"content-type", b"application/json")]
BAD_REQUEST, NOT_FOUND, WRONG_METHOD, UNAVAILABLE = 400, 404, 405, 503

logger = logging.getLogger(__name__)


class Listener:
    """Somebody at the other end of a stream of events; a full mailbox ends it, and they come again."""

    def __init__(self) -> None:
        self.mailbox: asyncio.Queue[str] = asyncio.Queue(MAILBOX)
        self.is_behind = asyncio.Event()

    def offer(self, text: str) -> None:
        try:
            self.mailbox.put_nowait(text)
        except asyncio.QueueFull:
            the_hub().leave(self)
            self.is_behind.set()


async def events(scope: Any, receive: Any, send: Any) -> None:
    """`GET /live/events/?follow=3:127,4:12`: every later change as one event; the line ends when it is too slow."""
    if scope["method"] != "GET":
        return await _answer(send, WRONG_METHOD)
    wanted = _wanted(_asked(scope, "follow"))
    if not wanted:
        return await _answer(send, BAD_REQUEST)
    await send({"type": "http.response.start", "status": 200, "headers": EVENTS})
    await _event(send, ": follows\n\n")  # something to carry, for proxies that wait for a first byte
    listener = Listener()
    tasks = [
        asyncio.create_task(work, name="events")
        for work in (_write(listener, send), _gone(receive), listener.is_behind.wait())
    ]
    try:
        if await follow(listener, wanted):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        the_hub().leave(listener)
        for task in tasks:
            task.cancel()
    await send({"type": "http.response.body", "body": b""})


async def polled(scope: Any, receive: Any, send: Any) -> None:
    """`GET /live/themes/3/?since=127`: the frames that lead from there to now, from memory."""
    if scope["method"] != "GET":
        return await _answer(send, WRONG_METHOD)
    wanted = _wanted(f"{scope['url_route']['kwargs']['theme_id']}:{_asked(scope, 'since')}")
    if not wanted:
        return await _answer(send, BAD_REQUEST)
    [(theme_id, since)] = wanted.items()
    try:
        frames = await the_hub().since(theme_id, since)
    except DatabaseError as error:
        logger.warning("What a follower lacks cannot be read: %s", error)
        return await _answer(send, UNAVAILABLE)
    if frames is None:
        return await _answer(send, NOT_FOUND)
    await _answer(send, 200, f'{{"frames":[{",".join(frames)}]}}')


async def _write(listener: Listener, send: Any) -> None:
    while True:
        await _event(send, f"data: {await listener.mailbox.get()}\n\n")


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _event(send: Any, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Any, status: int, body: str = "{}") -> None:
    await send({"type": "http.response.start", "status": status, "headers": JSON})
    await send({"type": "http.response.body", "body": body.encode()})


def _asked(scope: Any, name: str) -> str:
    return parse_qs(scope["query_string"].decode("ascii", "replace")).get(name, [""])[0]


def _wanted(text: str) -> dict[int, int] | None:
    try:
        return themes_asked(place(text))
    except ValueError:
        return None
