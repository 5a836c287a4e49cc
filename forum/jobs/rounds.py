"""What becomes due by itself: done in rounds, by the server that runs or by `manage.py do_due`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from forum.jobs.letters import send_letters
from forum.jobs.plans import carry_out_plans

ROUND = 5  # seconds between two rounds
JOBS: tuple[Callable[..., int], ...] = (carry_out_plans, send_letters)

logger = logging.getLogger(__name__)


def do_due(*, now: datetime) -> int:
    """Does everything that is due; returns how much that was."""
    return sum(job(now=now) for job in JOBS)


def keep_doing() -> Callable[[], None]:
    """Does so in a thread of its own from now on; the function that is returned ends it."""
    ended = Event()
    Thread(target=_go_round, args=[ended], name="rounds", daemon=True).start()
    return ended.set


def _go_round(ended: Event) -> None:
    while not ended.wait(ROUND):
        try:
            close_old_connections()
            do_due(now=timezone.now())
        except DatabaseError as error:
            # The next round finds it again.
            logger.warning("What is due could not be done: %s", error)
        except Exception:  # whatever one letter or plan brings: the others must not wait for ever
            logger.exception("What is due could not be done")
