"""The feed of a theme: where it is, and what is new there. Each question is asked in a thread of its own."""

from __future__ import annotations

from channels.db import database_sync_to_async

from forum.dialogue.queries import changes
from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.live import frames
from forum.live.feed import Look


async def position_of(name: str) -> Position | None:
    """Where the theme of a feed is now; None if there is no such theme."""
    return await database_sync_to_async(positions.of_theme)(theme_of(name))


async def look(name: str, after: Position, *, expects_news: bool) -> Look | None:
    """What changed in the theme of a feed after a position, ready to send; None if there is no such theme.

    Who expects no news asks first whether there are any, which is one narrow query.
    """
    return await database_sync_to_async(_look)(theme_of(name), after, expects_news)


def theme_of(name: str) -> int:
    """The key of the theme of a feed such as "theme:3"."""
    return int(name.partition(":")[2])


def _look(theme_id: int, after: Position, expects_news: bool) -> Look | None:
    if not expects_news and positions.of_theme(theme_id) == after:
        return Look([after], [])
    found = changes.since(theme_id, after)
    if found is None:
        return None
    return Look(found.stamps, None if found.is_too_much else frames.encoded(found), found.is_foreign)
