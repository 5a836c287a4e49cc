"""Setting the rules by which comments wait, and whether readers are told that something does."""

from __future__ import annotations

from typing import Any

from forum.actions import tell
from forum.actions.locking import take_numbers
from forum.actions.transactions import in_one_transaction
from forum.choices import Status
from forum.errors import refuse_if
from forum.models import Comment, Event, Theme, Thread
from forum.rules.holding import why_not_set_rules


@in_one_transaction
def tell_what_waits(event: Event, *, on: bool, by: Any) -> None:
    """Lets readers see under a comment how many answers to it wait, or shows it no more. Raises Refused."""
    refuse_if(why_not_set_rules(by, event.pk))
    threads = Thread.objects.select_for_update(of=("self",), no_key=True).filter(theme__event=event).order_by("pk")
    list(threads)  # locked before anything of theirs changes
    if not Event.objects.filter(pk=event.pk).exclude(tells_waiting=on).update(tells_waiting=on):
        return
    waiting = Comment.objects.filter(theme__event=event, status=Status.HELD)
    answered = Comment.objects.answered_by(waiting).order_by()
    for theme_id in sorted(set(answered.values_list("theme_id", flat=True))):
        revision = take_numbers(theme_id).revision
        here = answered.filter(theme=theme_id)
        Thread.objects.filter(pk__in=here.values("thread_id")).update(revision=revision)
        here.update(revision=revision)
        tell.theme_changed(theme_id, revision)


@in_one_transaction
def set_hold_rules(event: Event, theme_id: int | None, *, rules: dict[str, Any], by: Any) -> None:
    """Sets the rules of an event, or those of one of its themes that differ. Raises Refused."""
    refuse_if(why_not_set_rules(by, event.pk))
    if theme_id is None:
        Event.objects.filter(pk=event.pk).update(hold_rules=rules)
    else:
        Theme.objects.filter(pk=theme_id, event=event).update(hold_rules=rules)
