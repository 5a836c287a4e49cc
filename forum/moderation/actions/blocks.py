"""Refusing sign-ups from a mail provider or a network for a time."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions import log
from forum.dialogue.rules.blocks import why_not_block, why_not_lift_block
from forum.kernel.choices import Act, BlockKind
from forum.kernel.errors import refuse_if
from forum.kernel.transactions import in_one_transaction
from forum.models import Block, Event


@in_one_transaction
def block(
    kind: BlockKind, value: str, event: Event, *, reason: str, until: datetime | None, by: Person, now: datetime
) -> Block:
    """Refuses sign-ups from a domain or a network, in its normal form, on the whole site. Raises Refused."""
    refuse_if(why_not_block(by, event.pk))
    blocked = Block.objects.create(
        event=event, kind=kind, value=value, reason=reason, ends_at=until, by=by, created_at=now
    )
    _log(Act.BLOCK, blocked, by=by, now=now)
    return blocked


@in_one_transaction
def lift_block(blocked: Block, *, by: Person, now: datetime) -> None:
    """Lets people sign up from there again. Raises Refused."""
    fresh = Block.objects.select_for_update(no_key=True).get(pk=blocked.pk)
    refuse_if(why_not_lift_block(by, fresh))
    Block.objects.filter(pk=fresh.pk).update(lifted_at=now, lifted_by=by)
    _log(Act.UNBLOCK, fresh, by=by, now=now)


def _log(act: Act, blocked: Block, *, by: Person, now: datetime) -> None:
    """The log is public: it says of what kind a block is, and never of whom or why."""
    with log.in_site_language():
        kind = str(BlockKind(blocked.kind).label)
    log.record_in_event(act, blocked.event_id, by=by, reason=kind, now=now)
