"""Blocks of mail providers and networks, for who sets them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forum.models import Block
from forum.queries.sanctions import until
from forum.queries.wording import iso, moment


def get(block_id: int) -> Block:
    """A block. Raises Block.DoesNotExist."""
    return Block.objects.get(pk=block_id)


def in_force(event_slug: str, *, now: datetime) -> list[dict[str, Any]]:
    """What holds now, on the whole site, the newest first. One query."""
    rows = Block.objects.in_force(now).order_by("-pk").values(
        "pk", "kind", "value", "reason", "ends_at", "created_at", "by__name", "event__title"
    )  # fmt: skip
    return [
        row
        | {
            "kind": row["kind"],
            "until": until(row["ends_at"]),
            "by": row["by__name"],
            "event_title": row["event__title"],
            "at_iso": iso(row["created_at"]),
            "at_label": moment(row["created_at"]),
            "lift_url": f"/{event_slug}/moderation/blocks/{row['pk']}/lift/",
        }
        for row in rows
    ]
