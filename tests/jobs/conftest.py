"""What is due, and owed to people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Notification, OutgoingMail, Thread
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.plans import plan_closing
from tests.factories import open_thread

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def owe(cast, thread, say):
    """Owes Ben so many emails, which are due."""

    def owe(count: int = 1) -> list[OutgoingMail]:
        for number in range(count):
            comment = say("ben", f"Words {number} against the rules.", to=thread.opening)
            remove_comment(comment, by=cast.mo, reason="Off.", now=timezone.now() - LONG_AGO, seen=SKIP_CHECK)
        Notification.objects.update(queued_at=timezone.now())  # no email tells of the comments themselves
        return list(OutgoingMail.objects.order_by("pk"))

    return owe


@pytest.fixture
def planned(cast, theme):
    """Threads that should have closed a moment ago."""

    def plan(count: int) -> list[Thread]:
        now = timezone.now() - LONG_AGO
        threads = [open_thread(theme, cast.ada, f"Thread {number}").thread for number in range(count)]
        for thread in threads:
            plan_closing(thread, closes_at=now + timedelta(minutes=1), opens_at=None, by=cast.mo, reason="", now=now)
        return threads

    return plan
