"""May this person lay down when a thread or theme closes, and how fast people write in it? And what holds by now?"""

from datetime import datetime

from accounts.models import Viewer
from forum.events.models.scheduled import Scheduled
from forum.events.rules.roles import may_moderate
from forum.kernel.reasons import Reason
from forum.models import Theme, Thread


def is_closed_as_planned(target: Scheduled, *, now: datetime) -> bool:
    """Whether the scheduled closing time has come, even if nothing has locked the target yet."""
    if target.closes_at is None or now < target.closes_at:
        return False
    return target.opens_at is None or now < target.opens_at


def why_not_plan(
    person: Viewer,
    target: Thread | Theme,
    *,
    closes_at: datetime | None = None,
    opens_at: datetime | None = None,
    now: datetime | None = None,
) -> Reason | None:
    """These times, or any plan at all while `now` is not given. What is locked can only be opened."""
    if not may_moderate(person, theme_of(target)):
        return Reason.NOT_MODERATOR
    if now is None:
        return None
    times = [each for each in (closes_at, opens_at) if each is not None]
    if not times:
        return Reason.PLAN_EMPTY
    if min(times) <= now:
        return Reason.PLAN_PAST
    if target.is_locked:
        return Reason.ALREADY_LOCKED if closes_at is not None else None
    if closes_at is None:
        return Reason.NOT_LOCKED
    return Reason.PLAN_BACKWARDS if opens_at is not None and opens_at <= closes_at else None


def why_not_cancel_plan(person: Viewer, target: Thread | Theme) -> Reason | None:
    if not may_moderate(person, theme_of(target)):
        return Reason.NOT_MODERATOR
    return None if target.closes_at or target.opens_at else Reason.NO_PLAN


def why_not_lock_theme(person: Viewer, theme: Theme) -> Reason | None:
    if not may_moderate(person, theme):
        return Reason.NOT_MODERATOR
    return Reason.THEME_LOCKED_ALREADY if theme.is_locked else None


def why_not_unlock_theme(person: Viewer, theme: Theme) -> Reason | None:
    if not may_moderate(person, theme):
        return Reason.NOT_MODERATOR
    return None if theme.is_locked else Reason.THEME_NOT_LOCKED


def why_not_slow(person: Viewer, target: Thread | Theme, *, minutes: int | None = None) -> Reason | None:
    """Another pace for a thread or theme, or any at all."""
    if not may_moderate(person, theme_of(target)):
        return Reason.NOT_MODERATOR
    return Reason.SLOW_ALREADY if minutes == target.slow_minutes else None


def theme_of(target: Thread | Theme) -> Theme:
    return target if isinstance(target, Theme) else target.theme
