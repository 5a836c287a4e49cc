"""What every kind of line shares: the request to follow, what it is answered, and how often somebody may ask."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from django.db import Error as DatabaseError

from forum.events.queries.positions import Position
from forum.live import frames
from forum.live.feed import Follower
from forum.live.hub import the_hub

MAILBOX = 64  # texts waiting for a slow line; then the follower is cut off and catches up when it returns
FEEDS = 30  # feeds one page may follow
NAME = re.compile(r"theme:[1-9][0-9]{0,8}")
MOST_REQUESTS = 30  # at once; as many again every minute
MINUTE = 60.0  # seconds

Wanted = dict[str, Position]  # the name of a feed → the position from which somebody follows it

logger = logging.getLogger(__name__)


async def follow(follower: Follower, wanted: Wanted) -> bool:
    """Follows feeds, each from a position on; False while the database cannot say what is missing."""
    for name, asked in wanted.items():
        try:
            is_there = await the_hub().follow(follower, name, asked)
        except DatabaseError as error:
            # An error that ends a connection keeps it from leaving: the hub would feed a dead one for ever.
            logger.warning("Missed changes cannot be read for a follower: %s", error)
            return False
        if not is_there:
            follower.offer(frames.gone(name))
    return True


class Pace:
    """How often one follower may ask."""

    __slots__ = ("at", "left")  # ten thousand of them

    def __init__(self) -> None:
        self.left = float(MOST_REQUESTS)
        self.at = time.monotonic()

    def allows(self) -> bool:
        now = time.monotonic()
        self.left = min(MOST_REQUESTS, self.left + (now - self.at) * MOST_REQUESTS / MINUTE) - 1
        self.at = now
        return self.left >= 0


def read_wanted(wanted: Any) -> Wanted | None:
    """The feeds and positions of a request such as {"theme:3": [127, 84372]}, or None if it is not one."""
    try:
        request = {str(name): Position(*position) for name, position in wanted.items()}
    except (TypeError, AttributeError):
        return None
    if len(request) > FEEDS or not all(NAME.fullmatch(name) for name in request):
        return None
    return request if all(_is_sound(position) for position in request.values()) else None


def _is_sound(position: Position) -> bool:
    return all(type(n) is int and 0 <= n < 2**63 for n in (position.revision, position.stamp))


def read_address(text: str) -> Wanted | None:
    """The same as an address says it, such as "theme:3:127:84372,theme:4:12:7", or None if it is not one."""
    parts = [part.rsplit(":", 2) for part in text.split(",")]
    if not all(len(part) == 3 and all(_is_number(number) for number in part[1:]) for part in parts):
        return None
    return read_wanted({name: (int(revision), int(stamp)) for name, revision, stamp in parts})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
