"""Setting the rules by which comments wait."""

from __future__ import annotations

from typing import Any

from forum.actions.transactions import in_one_transaction
from forum.errors import refuse_if
from forum.models import Event, Theme
from forum.rules.holding import why_not_set_rules


@in_one_transaction
def set_hold_rules(event: Event, theme_id: int | None, *, rules: dict[str, Any], by: Any) -> None:
    """Sets the rules of an event, or those of one of its themes that differ. Raises Refused."""
    refuse_if(why_not_set_rules(by, event.pk))
    if theme_id is None:
        Event.objects.filter(pk=event.pk).update(hold_rules=rules)
    else:
        Theme.objects.filter(pk=theme_id, event=event).update(hold_rules=rules)
