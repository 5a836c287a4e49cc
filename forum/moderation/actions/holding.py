"""Setting the rules by which comments wait; whether readers are told that something does, and who decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions import log
from forum.dialogue.actions.locking import bump_revision
from forum.dialogue.rules.holding import why_not_set_rules
from forum.kernel import realtime
from forum.kernel.choices import HOLD_RULES, Act, HoldKind, Status
from forum.kernel.errors import refuse_if
from forum.kernel.holds import HoldSetting
from forum.kernel.transactions import in_one_transaction
from forum.models import Comment, Event, Theme, Thread
from forum.moderation.rules.flags import ENOUGH

# An event before anybody set its rules.
NONE_ON: dict[str, HoldSetting] = {kind.value: {"is_on": False} for kind in HOLD_RULES}


@in_one_transaction
def tell_what_waits(event: Event, *, on: bool, by: Person, now: datetime) -> None:
    """Lets readers see under a comment how many answers to it wait, or shows it no more. Raises Refused."""
    refuse_if(why_not_set_rules(by, event.pk))
    threads = Thread.objects.select_for_update(of=("self",), no_key=True).filter(theme__event=event).order_by("pk")
    list(threads)  # locked before anything of theirs changes
    if not Event.objects.filter(pk=event.pk).exclude(tells_waiting=on).update(tells_waiting=on):
        return
    told = gettext("Readers see how many replies are awaiting review.")
    untold = gettext("Readers no longer see how many replies are awaiting review.")
    log.record_in_event(Act.RULES, event.pk, by=by, reason=told if on else untold, now=now)
    waiting = Comment.objects.filter(theme__event=event, status=Status.HELD)
    answered = Comment.objects.answered_by(waiting).order_by()
    for theme_id in sorted(set(answered.values_list("theme_id", flat=True))):
        revision = bump_revision(theme_id).revision
        here = answered.filter(theme=theme_id)
        Thread.objects.filter(pk__in=here.values("thread_id")).update(revision=revision)
        here.update(revision=revision)
        realtime.theme_changed(theme_id, revision)


@in_one_transaction
def set_hold_rules(
    event: Event, theme_id: int | None, *, rules: dict[str, HoldSetting], by: Person, now: datetime
) -> None:
    """Sets the rules of an event, or those of one of its themes that differ from the event's. Raises Refused."""
    refuse_if(why_not_set_rules(by, event.pk))
    known: Any
    if theme_id is None:
        known = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        theme = None
    else:
        known = theme = Theme.objects.select_for_update(no_key=True).get(pk=theme_id, event=event)
    type(known).objects.filter(pk=known.pk).update(hold_rules=rules)
    usual = {} if theme else NONE_ON
    if changed := _changed(usual | known.hold_rules, usual | rules):
        log.record_in_event(Act.RULES, event.pk, by=by, reason=changed, now=now, theme=theme)


@in_one_transaction
def set_log_names(event: Event, *, on: bool, by: Viewer, now: datetime) -> None:
    """Says whether everybody reads in the log who decided, or only in which role. Raises Refused."""
    refuse_if(why_not_set_rules(by, event.pk))
    if Event.objects.filter(pk=event.pk, log_names=not on).update(log_names=on):
        names = gettext("The log shows names.") if on else gettext("The log shows roles only.")
        log.record_in_event(Act.RULES, event.pk, by=logged_in(by), reason=names, now=now)


def _changed(before: Mapping[str, HoldSetting], after: Mapping[str, HoldSetting]) -> str:
    """Which rules went on or off, or have other numbers or words now: never the words themselves.

    What a theme says nothing of is as for the whole event.
    """
    on: list[str] = []
    off: list[str] = []
    as_event: list[str] = []
    other: list[str] = []
    into = {True: on, False: off, None: as_event}
    for kind in HOLD_RULES:
        was, is_now = before.get(kind, {}), after.get(kind, {})
        label = str(kind.label)
        if was.get("is_on") != is_now.get("is_on"):
            into[is_now.get("is_on")].append(label)
        elif is_now.get("is_on") and was != is_now:
            other.append(label)
    if _enough(before) != _enough(after):
        other.append(str(HoldKind.FLAGGED.label))
    said = [
        (gettext("On: %(rules)s."), on),
        (gettext("Off: %(rules)s."), off),
        (gettext("Same as for the whole event: %(rules)s."), as_event),
        (gettext("Changed: %(rules)s."), other),
    ]
    return " ".join(words % {"rules": ", ".join(rules)} for words, rules in said if rules)


def _enough(rules: Mapping[str, HoldSetting]) -> float:
    return float(rules.get(HoldKind.FLAGGED, {}).get("number", ENOUGH))
