"""Tells the servers, after commit, that a theme has changed. A hint only: the database is the truth."""

import logging
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


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
    try:
        async_to_sync(get_channel_layer().group_send)(group, hint)
    except (RedisError, OSError) as error:
        # What was written stays written; servers and pages look by themselves before long.
        logger.warning("The channel layer did not take the hint for %s: %s", group, error)
