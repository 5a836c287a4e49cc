"""What becomes due by itself: done in rounds, by the server that runs or by `manage.py do_due`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from django.db import close_old_connections
from django.utils import timezone

from forum.jobs.plans import carry_out_plans
from forum.kernel.isolation import SomeFailed, for_each
from forum.mail.actions.bounces import forget_old_bounces
from forum.mail.incoming.answers import forget_old
from forum.mail.lists import queue_lists
from forum.mail.queue import delete_old_mail, queue_comment_mail, queue_digests
from forum.mail.sending import send_due_mail

ROUND = 5  # seconds between two rounds
JOBS: dict[str, Callable[..., int]] = {
    "Plans": carry_out_plans,
    "Emails of themes": queue_lists,
    "Emails about comments": queue_comment_mail,
    "Digests": queue_digests,
    "Emails": send_due_mail,
    "Old emails": delete_old_mail,
    "Answered emails": forget_old,
    "Old bounces": forget_old_bounces,
}

logger = logging.getLogger(__name__)


def run_due_jobs(*, now: datetime) -> int:
    """Does everything that is due; returns how much that was. Raises SomeFailed if some of it failed."""
    return for_each(JOBS, lambda name: JOBS[name](now=now), named=str)


def start_scheduler() -> Callable[[], None]:
    """Does so in a thread of its own from now on; the function that is returned ends it."""
    ended = Event()
    Thread(target=_go_round, args=[ended], name="rounds", daemon=True).start()
    return ended.set


def _go_round(ended: Event) -> None:
    while not ended.wait(ROUND):
        try:
            close_old_connections()
            run_due_jobs(now=timezone.now())
        except SomeFailed:
            pass  # each is in the log already
        except Exception as error:  # an outage: the next round finds it again
            logger.warning("Due tasks could not be run: %s", error)
