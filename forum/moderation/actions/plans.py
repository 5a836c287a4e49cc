"""Closing and opening threads and themes, now or at a time laid down before; and slow mode."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext, ngettext

from accounts.models import Person
from accounts.zones import zone_name
from forum.dialogue.actions.lockables import act_about, lock_target, record, set_lock, target_changed
from forum.dialogue.actions.log import in_site_language
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.dialogue.rules.plans import (
    theme_of,
    why_not_cancel_plan,
    why_not_lock_theme,
    why_not_plan,
    why_not_slow,
    why_not_unlock_theme,
)
from forum.kernel.choices import Act
from forum.kernel.errors import Refused
from forum.kernel.transactions import in_one_transaction
from forum.models import Article, LogEntry, Theme, Thread
from forum.moderation.actions.decisions import TargetDecision, idempotent

PLAN = ("closes_at", "opens_at", "planned_by", "plan_reason")


@idempotent
@in_one_transaction
def plan_closing(
    target: Thread | Theme,
    *,
    closes_at: datetime | None,
    opens_at: datetime | None,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Lays down when a thread or theme locks itself and opens again, replacing the earlier plan.

    Raises Refused.
    """
    fresh = lock_target(target)
    with in_site_language():
        times = [
            gettext("Closes on %(time)s.") % {"time": _time(closes_at, fresh)} if closes_at else "",
            gettext("Opens on %(time)s.") % {"time": _time(opens_at, fresh)} if opens_at else "",
        ]
    decision = TargetDecision(act_about(Act.PLAN, fresh), by, _said(*times, reason), article, seen)
    no = why_not_plan(by, fresh, closes_at=closes_at, opens_at=opens_at, now=now)
    decision.ensure_current(fresh, no, is_done=(fresh.closes_at, fresh.opens_at) == (closes_at, opens_at))
    fresh.closes_at, fresh.opens_at, fresh.planned_by, fresh.plan_reason = closes_at, opens_at, by, reason
    target_changed(fresh, *PLAN)
    return record(Act.PLAN, fresh, by=by, reason=decision.reason, now=now, article=article)


@idempotent
@in_one_transaction
def cancel_plan(
    target: Thread | Theme,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Takes back what was planned; what is locked by now stays so. Raises Refused."""
    fresh = lock_target(target)
    decision = TargetDecision(act_about(Act.CANCEL_PLAN, fresh), by, reason, article, seen)
    decision.ensure_current(fresh, why_not_cancel_plan(by, fresh), is_done=not (fresh.closes_at or fresh.opens_at))
    fresh.closes_at = fresh.opens_at = fresh.planned_by = None
    fresh.plan_reason = ""
    target_changed(fresh, *PLAN)
    return record(Act.CANCEL_PLAN, fresh, by=by, reason=reason, now=now, article=article)


@in_one_transaction
def carry_out(target: Thread | Theme, *, now: datetime) -> int:
    """Does what is due of a plan, in the name of who made it; returns how much that was.

    Several servers may come at once: whoever gets the lock later finds nothing left to do. Whether its maker still
    moderates is not asked: they did when they planned it, and a colleague can cancel it.
    """
    try:
        fresh = lock_target(target)
    except Refused:
        return 0  # merged into another thread this very moment: nothing is left to close
    done = 0
    for field, is_locked, act in (("closes_at", True, Act.LOCK), ("opens_at", False, Act.UNLOCK)):
        due = getattr(fresh, field)
        if due is None or due > now:
            continue
        done += 1
        with in_site_language():
            planner, reason = fresh.planned_by, _said(gettext("As scheduled."), fresh.plan_reason)
        set_lock(fresh, is_locked=is_locked, reason=reason if is_locked else "")
        record(act, fresh, by=planner, reason=reason, now=now, article=None)
    return done


@idempotent
@in_one_transaction
def lock_theme(
    theme: Theme,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Freezes a whole theme: nothing is added, edited or withdrawn in it. Raises Refused."""
    fresh = lock_target(theme)
    decision = TargetDecision(Act.LOCK_THEME, by, reason, article, seen)
    decision.ensure_current(fresh, why_not_lock_theme(by, fresh), is_done=fresh.is_locked)
    set_lock(fresh, is_locked=True, reason=reason)
    return record(Act.LOCK, fresh, by=by, reason=reason, now=now, article=article)


@idempotent
@in_one_transaction
def unlock_theme(
    theme: Theme,
    *,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Opens a locked theme again; threads locked in it stay so. Raises Refused."""
    fresh = lock_target(theme)
    decision = TargetDecision(Act.UNLOCK_THEME, by, reason, article, seen)
    decision.ensure_current(fresh, why_not_unlock_theme(by, fresh), is_done=not fresh.is_locked)
    set_lock(fresh, is_locked=False, reason="")
    return record(Act.UNLOCK, fresh, by=by, reason=reason, now=now, article=article)


@idempotent
@in_one_transaction
def slow_down(
    target: Thread | Theme,
    *,
    minutes: int,
    by: Person,
    reason: str,
    now: datetime,
    seen: str | None = SKIP_CHECK,
    article: Article | None = None,
) -> LogEntry:
    """Sets how many minutes must pass between two comments of one person; 0 ends slow mode. Raises Refused."""
    fresh = lock_target(target)
    with in_site_language():
        pace = ngettext("One comment per minute.", "One comment every %(count)s minutes.", minutes)
        said = pace % {"count": minutes} if minutes else gettext("Slow mode is off.")
    decision = TargetDecision(act_about(Act.SLOW, fresh), by, _said(said, reason), article, seen)
    decision.ensure_current(fresh, why_not_slow(by, fresh, minutes=minutes), is_done=fresh.slow_minutes == minutes)
    fresh.slow_minutes = minutes
    target_changed(fresh, "slow_minutes")
    return record(Act.SLOW, fresh, by=by, reason=decision.reason, now=now, article=article)


def _time(when: datetime, target: Thread | Theme) -> str:
    """On the clocks of the event, whose zone it names."""
    event = theme_of(target).event
    return f"{when.astimezone(event.tz):%Y-%m-%d %H:%M} {zone_name(event.timezone)}"


def _said(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
