"""Mail providers and networks from which nobody signs up for a time."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.events.models.event import Event
from forum.kernel.choices import REASON_LENGTH, BlockKind


class BlockQuerySet(models.QuerySet["Block"]):
    def effective(self, now: datetime) -> Self:
        """Those that hold now. No job ends them."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), lifted_at=None)


class Block(models.Model):
    """A mail domain or a range of addresses that is refused on the whole site. `value` is in its one normal form.

    The event is the one whose organisers set it: theirs is the address that who is refused can write to.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=BlockKind)
    value = models.CharField(max_length=253)  # the longest name there can be
    reason = models.CharField(max_length=REASON_LENGTH)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = BlockQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], condition=Q(lifted_at=None), name="blocks_in_force")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
