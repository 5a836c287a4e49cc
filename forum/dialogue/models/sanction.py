"""Sanctions that moderators have imposed on people."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.log import LogEntry
from forum.events.models.event import Event
from forum.events.models.theme import Theme
from forum.kernel.choices import KEY_LENGTH, REASON_LENGTH, SanctionKind

IN_ONE_THEME = (SanctionKind.WARNING, SanctionKind.SILENCE)  # the others are for a whole event or for the site
ENDING_SESSIONS = (SanctionKind.SUSPENSION, SanctionKind.BAN)  # nobody stays logged in under one of these


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def effective(self, now: datetime) -> Self:
        """Those that hold now: not lifted, and their time is not over. No job ends them."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), lifted_at=None)


class Sanction(models.Model):
    """Imposed on a person by a moderator, in an event or in one of its themes, until it ends or is lifted.

    The reason is for the person, the note for colleagues alone. `entry` is its line of the log, which names neither;
    `key` is that of the form it came by, if it came by one.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="sanctions")
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=20, choices=SanctionKind)
    pace = models.PositiveSmallIntegerField(null=True)  # comments an hour
    reason = models.CharField(max_length=REASON_LENGTH)
    note = models.CharField(max_length=REASON_LENGTH, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lift_reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    entry = models.OneToOneField(LogEntry, models.PROTECT, related_name="sanction")
    key = models.CharField(max_length=KEY_LENGTH, blank=True, db_default="", editable=False)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=Q(lifted_at=None), name="sanctions_of_person"),
            models.Index(fields=["event", "-id"], name="sanctions_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], condition=~Q(key=""), name="one_sanction_per_form"),
            models.CheckConstraint(
                condition=Q(kind=SanctionKind.PACE) ^ Q(pace=None), name="a_pace_for_pace_limits_only"
            ),
            models.CheckConstraint(
                condition=Q(theme=None) | Q(kind__in=IN_ONE_THEME), name="some_sanctions_are_for_the_whole_event"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="who_lifts_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of person {self.person_id}"

    def holds(self, now: datetime) -> bool:
        """The same as effective, for one that was loaded."""
        return self.lifted_at is None and (self.ends_at is None or self.ends_at > now)

    def covers(self, event_id: int, theme_id: int) -> bool:
        """Whether it says anything about a theme of an event."""
        if self.kind == SanctionKind.BAN:
            return True
        return self.event_id == event_id and self.theme_id in {None, theme_id}
