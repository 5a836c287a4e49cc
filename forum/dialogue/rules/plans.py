"""May this person lay down when a thread or theme closes, and how fast people write in it? And what holds by now?"""

from datetime import datetime
from typing import Any

from forum.events.models.plan import Planned
from forum.events.rules.roles import may_moderate
from forum.kernel.reasons import Reason
from forum.models import Theme, Thread


def is_closed_as_planned(place: Planned, *, now: datetime) -> bool:
    """Whether the planned time of closing has come, even if nothing has locked the place yet."""
    if place.closes_at is None or now < place.closes_at:
        return False
    return place.opens_at is None or now < place.opens_at


def why_not_plan(
    person: Any,
    place: Thread | Theme,
    *,
    closes_at: datetime | None = None,
    opens_at: datetime | None = None,
    now: datetime | None = None,
) -> Reason | None:
    """These times, or any plan at all while `now` is not given. What is locked can only be opened."""
    if not may_moderate(person, theme_of(place)):
        return Reason.NOT_MODERATOR
    if now is None:
        return None
    times = [each for each in (closes_at, opens_at) if each is not None]
    if not times:
        return Reason.PLAN_EMPTY
    if min(times) <= now:
        return Reason.PLAN_PAST
    if place.is_locked:
        return Reason.ALREADY_LOCKED if closes_at is not None else None
    if closes_at is None:
        return Reason.NOT_LOCKED
    return Reason.PLAN_BACKWARDS if opens_at is not None and opens_at <= closes_at else None


def why_not_cancel_plan(person: Any, place: Thread | Theme) -> Reason | None:
    if not may_moderate(person, theme_of(place)):
        return Reason.NOT_MODERATOR
    return None if place.closes_at or place.opens_at else Reason.NO_PLAN


def why_not_lock_theme(person: Any, theme: Theme) -> Reason | None:
    if not may_moderate(person, theme):
        return Reason.NOT_MODERATOR
    return Reason.THEME_LOCKED_ALREADY if theme.is_locked else None


def why_not_unlock_theme(person: Any, theme: Theme) -> Reason | None:
    if not may_moderate(person, theme):
        return Reason.NOT_MODERATOR
    return None if theme.is_locked else Reason.THEME_NOT_LOCKED


def why_not_slow(person: Any, place: Thread | Theme, *, minutes: int | None = None) -> Reason | None:
    """Another pace for a thread or theme, or any at all."""
    if not may_moderate(person, theme_of(place)):
        return Reason.NOT_MODERATOR
    return Reason.SLOW_ALREADY if minutes == place.slow_minutes else None


def theme_of(place: Thread | Theme) -> Theme:
    return place if isinstance(place, Theme) else place.theme
