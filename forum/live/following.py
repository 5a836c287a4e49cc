"""What every kind of line shares: the request to follow, what it is answered, and how often somebody may ask."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from django.db import Error as DatabaseError

from forum.live.feed import Follower
from forum.live.hub import the_hub

MAILBOX = 64  # texts waiting for a slow line; then the follower is cut off and catches up when it returns
THEMES = 30  # themes one page may follow
MOST_REQUESTS = 30  # at once; as many again every minute
MINUTE = 60.0  # seconds

logger = logging.getLogger(__name__)


async def follow(follower: Follower, wanted: dict[int, int]) -> bool:
    """Follows themes, each from a revision on; False while the database cannot say what is missing."""
    for theme_id, since in wanted.items():
        try:
            missing = await the_hub().follow(follower, theme_id, since)
        except DatabaseError as error:
            # An error that ends a line keeps it from leaving: the hub would feed a dead one for ever.
            logger.warning("What a follower lacks cannot be read: %s", error)
            return False
        for text in [json.dumps({"theme": theme_id, "gone": True})] if missing is None else missing:
            follower.offer(text)
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


def themes_asked(wanted: Any) -> dict[int, int] | None:
    """The themes and revisions of a request, or None if it is not one."""
    try:
        request = {int(theme): since for theme, since in wanted.items()}
    except (ValueError, TypeError, AttributeError):
        return None
    if len(request) > THEMES or not all(type(since) is int and 0 <= since < 2**63 for since in request.values()):
        return None
    return request if all(0 < theme < 2**31 for theme in request) else None
