"""Blocks of mail providers and networks, for who sets them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.dialogue.queries.sanctions import until
from forum.events.queries.formatting import format_datetime, iso
from forum.models import Block, Event


def get(event: Event, block_id: int) -> Block:
    """A block that was set in this event. Raises Block.DoesNotExist."""
    return Block.objects.get(event=event, pk=block_id)


def effective(event: Event, *, now: datetime) -> list[dict[str, Any]]:
    """What was set in this event and holds now, on the whole site, the newest first. One query."""
    rows = Block.objects.effective(now).filter(event=event).order_by("-pk").values(
        "pk", "kind", "value", "reason", "ends_at", "created_at", "by__name"
    )  # fmt: skip
    return [
        row
        | {
            "kind": row["kind"],
            "until": until(row["ends_at"], event.timezone),
            "by": row["by__name"],
            "at_iso": iso(row["created_at"]),
            "at_label": format_datetime(row["created_at"], event.timezone),
            "lift_url": f"/{event.slug}/moderation/blocks/{row['pk']}/lift/",
        }
        for row in rows
    ]
