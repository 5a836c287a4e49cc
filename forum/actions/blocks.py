"""Refusing sign-ups from a mail provider or a network for a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.choices import BlockKind
from forum.errors import refuse_if
from forum.models import Block, Event
from forum.rules.blocks import why_not_block, why_not_lift_block


def block(
    kind: BlockKind, value: str, event: Event, *, reason: str, until: datetime | None, by: Any, now: datetime
) -> Block:
    """Refuses sign-ups from a domain or a network, in its normal form, on the whole site. Raises Refused."""
    refuse_if(why_not_block(by, event.pk))
    facts: dict[str, Any] = {"reason": reason, "ends_at": until, "by": by, "created_at": now}
    return Block.objects.create(event=event, kind=kind, value=value, **facts)


def lift_block(blocked: Block, event: Event, *, by: Any, now: datetime) -> None:
    """Lets people sign up from there again. Raises Refused."""
    refuse_if(why_not_lift_block(by, event.pk, blocked))
    Block.objects.filter(pk=blocked.pk, lifted_at=None).update(lifted_at=now, lifted_by=by)
