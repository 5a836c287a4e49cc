"""Tells the servers, after commit, that a theme has changed. A hint only: the database is the truth."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

MOST_WAITING = 10_000  # hints, while the channel layer does not take them; those beyond are lost, as any may be

logger = logging.getLogger(__name__)


class Sender:
    """Sends the hints of a server through its own event loop, in order: whoever wrote something does not wait for it.

    Everything but `enqueue` runs in the loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: deque[tuple[str, dict[str, Any]]] = deque(maxlen=MOST_WAITING)
        self.sending: asyncio.Task[None] | None = None

    def enqueue(self, group: str, hint: dict[str, Any]) -> None:
        """Takes a hint from any thread."""
        self.loop.call_soon_threadsafe(self._append, group, hint)

    def _append(self, group: str, hint: dict[str, Any]) -> None:
        self.waiting.append((group, hint))
        if self.sending is None or self.sending.done():
            self.sending = self.loop.create_task(self._send_all(), name="hints out")

    async def _send_all(self) -> None:
        while self.waiting:
            await _send(*self.waiting.popleft())


_sender: Sender | None = None


def send_through(loop: asyncio.AbstractEventLoop) -> None:
    """From now on hints go out through this loop, as long as it runs. To be called in the loop of a server."""
    global _sender
    if _sender is None or _sender.loop is not loop:
        _sender = Sender(loop)


def feed_of_theme(theme_id: int) -> str:
    """The name of the feed that tells what changes in a theme."""
    return f"theme:{theme_id}"


def group_of_feed(name: str) -> str:
    """The channel-layer group of the servers that have a feed open."""
    return f"feed.{name.replace(':', '.')}"


def group_of_person(person_id: int) -> str:
    """The channel-layer group of the open pages of one person."""
    return f"person.{person_id}"


def people_notified(people: list[int]) -> None:
    """Sends each of these people's pages the hint to look again, once the running transaction has committed."""
    for person_id in people:
        transaction.on_commit(partial(_hint, group_of_person(person_id), {"type": "person.notified"}))


def sessions_changed(person_id: int) -> None:
    """Asks this person's open pages whether their session still holds."""
    transaction.on_commit(partial(_hint, group_of_person(person_id), {"type": "person.checked"}))


def group_of_desk(event_id: int) -> str:
    """The channel-layer group of the open desks of an event."""
    return f"desk.{event_id}"


def desk_changed(event_id: int) -> None:
    """Asks the open desks of an event to look again, once the running transaction has committed."""
    transaction.on_commit(partial(_hint, group_of_desk(event_id), {"type": "desk.changed"}))


def somebody_writes(theme_id: int, comment_id: int) -> None:
    """Tells followers that an answer to a comment is being written; nothing is kept, and not by whom."""
    feed = feed_of_theme(theme_id)
    hint = {"type": "feed.writing", "feed": feed, "comment": comment_id}
    transaction.on_commit(partial(_hint, group_of_feed(feed), hint))


def theme_changed(theme_id: int, revision: int) -> None:
    """Sends the hint once the running transaction has committed, and never if it has not."""
    feed = feed_of_theme(theme_id)
    hint = {"type": "feed.changed", "feed": feed, "revision": revision}
    transaction.on_commit(partial(_hint, group_of_feed(feed), hint))


def _hint(group: str, hint: dict[str, Any]) -> None:
    if _sender is not None and _sender.loop.is_running():
        _sender.enqueue(group, hint)
    else:  # no server: a command, or a test
        async_to_sync(_send)(group, hint)


async def _send(group: str, hint: dict[str, Any]) -> None:
    try:
        await get_channel_layer().group_send(group, hint)
    except (RedisError, OSError) as error:
        # What was written stays written; servers and pages look by themselves before long.
        logger.warning("A live update could not be announced to %s: %s", group, error)
