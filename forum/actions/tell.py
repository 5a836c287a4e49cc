"""Tells the servers, after commit, that a theme has changed. A hint only: the database is the truth."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def group_of(theme_id: int) -> str:
    """The channel-layer group of the servers that follow a theme."""
    return f"theme.{theme_id}"


def theme_changed(theme_id: int, revision: int) -> None:
    """Sends the hint once the running transaction has committed, and never if it has not."""
    transaction.on_commit(lambda: _send(theme_id, revision))


def _send(theme_id: int, revision: int) -> None:
    hint = {"type": "theme.changed", "theme": theme_id, "revision": revision}
    try:
        async_to_sync(get_channel_layer().group_send)(group_of(theme_id), hint)
    except (RedisError, OSError) as error:
        # What was written stays written; servers look at the database by themselves within seconds.
        logger.warning("The channel layer did not take the hint for theme %s: %s", theme_id, error)
