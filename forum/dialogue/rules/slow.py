"""Slow mode: when may this person write again?"""

from datetime import datetime, timedelta

from accounts.models import Viewer
from forum.events.rules.roles import may_moderate
from forum.kernel.reasons import Reason
from forum.models import Comment, Theme, Thread


def minutes_between(theme: Theme, thread: Thread | None = None) -> int:
    """How many minutes must pass between two comments of one person; 0 without slow mode."""
    return max(theme.slow_minutes, thread.slow_minutes if thread else 0)


def free_at(person: Viewer, theme: Theme, thread: Thread | None = None, *, now: datetime) -> datetime | None:
    """When this person may write again, in a thread or with an opening; None if now.

    What they wrote counts from when it was sent, whatever became of it: a late approval slows nobody down. No query
    where slow mode is off, at most two elsewhere. Moderators are exempt.
    """
    minutes = minutes_between(theme, thread)
    if not minutes or not person.is_authenticated or may_moderate(person, theme):
        return None
    recent = Comment.objects.filter(author=person.pk, theme=theme, created_at__gt=now - timedelta(minutes=minutes))
    here = thread.pk if thread else None
    ends = [
        at + timedelta(minutes=minutes if thread_id == here else theme.slow_minutes)
        for at, thread_id in recent.order_by("-pk").values_list("created_at", "thread_id")
    ]
    return max((end for end in ends if end > now), default=None)


def why_not_yet(person: Viewer, theme: Theme, thread: Thread | None = None, *, now: datetime) -> Reason | None:
    return Reason.SLOW_MODE if free_at(person, theme, thread, now=now) else None
