"""Fetches emails that come in, in a thread of its own: a slow mailbox holds up nothing else that is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections

from forum.mail import confirmations
from forum.mail.incoming.imap import MailboxAway, fetch_mail

BETWEEN = 20  # seconds between two visits
TURN = "mail:fetching"
LONGEST_VISIT = 600  # seconds after which another process takes over

logger = logging.getLogger(__name__)


def start_fetching() -> Callable[[], None]:
    """Does so from now on, if there is a mailbox; the function that is returned ends it."""
    ended = Event()
    if settings.IMAP_URL:
        Thread(target=_go_round, args=[ended], name="incoming email", daemon=True).start()
    return ended.set


def _go_round(ended: Event) -> None:
    is_away = False
    while not ended.wait(BETWEEN):
        try:
            close_old_connections()
            fetch_in_turn()
            is_away = False
        except MailboxAway as away:
            if not is_away:  # once, not three times a minute
                logger.warning("%s", away)
            is_away = True
        except Exception as error:  # an outage: the next round finds it again
            logger.warning("Emails could not be fetched: %s", error)
        finally:
            close_old_connections()


def fetch_in_turn() -> int:
    """Fetches, unless another process of this site does so now; a restored copy leaves the mailbox to the original."""
    if confirmations.unconfirmed() is not None or not cache.add(TURN, 1, LONGEST_VISIT):
        return 0
    try:
        return fetch_mail()
    finally:
        cache.delete(TURN)
