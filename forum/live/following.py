"""What every kind of line shares: a bounded mailbox, the request to follow, and how often somebody may ask."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from forum.live.hub import the_hub

MAILBOX = 64  # texts waiting for a slow line; then the follower is cut off and catches up when it returns
THEMES = 12  # themes one page may follow
MOST_REQUESTS = 30  # at once; as many again every minute
MINUTE = 60.0  # seconds


class Mailbox:
    """Somebody who follows: takes texts at once or is cut off, and never makes the hub wait."""

    mailbox: asyncio.Queue[str]

    def offer(self, text: str) -> None:
        try:
            self.mailbox.put_nowait(text)
        except asyncio.QueueFull:
            the_hub().leave(self)
            self.cut_off()

    def cut_off(self) -> None:
        """Ends a line that is too slow; it will come again and be told what it lacks."""
        raise NotImplementedError

    async def follow(self, wanted: dict[int, int]) -> None:
        """Follows themes, each from a revision on."""
        for theme_id, since in wanted.items():
            missing = await the_hub().follow(self, theme_id, since)
            for text in [json.dumps({"theme": theme_id, "gone": True})] if missing is None else missing:
                self.offer(text)


class Pace:
    """How often one follower may ask."""

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
