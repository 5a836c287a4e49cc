"""A thread: one opening comment and everything said in answer to it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Viewer
from forum.events.models.role import moderated_by
from forum.events.models.scheduled import Scheduled
from forum.events.models.theme import Theme
from forum.kernel.choices import SAID_LENGTH, TITLE_LENGTH

# What a reply needs of its thread, and of the theme and event above it.
TO_ANSWER = (
    "id", "theme_id", "opening_id", "is_locked", "opens_at", "closes_at", "slow_minutes", "comment_count",
    "continued_at_id",
    *(f"theme__{name}" for name in (
        "id", "event_id", "slug", "code", "is_locked", "opens_at", "closes_at", "slow_minutes", "hold_rules",
        "takes_files",
    )),
    *(f"theme__event__{name}" for name in ("id", "slug", "opens_at", "closes_at", "hold_rules", "tells_waiting")),
)  # fmt: skip


class ThreadQuerySet(models.QuerySet["Thread"]):
    def readable_by(self, person: Viewer) -> Self:
        """Threads with a public comment; and of the others those that this person opened or moderates."""
        if not person.is_authenticated:
            return self.public()
        theirs = Q(opening__author=person) | moderated_by(person)
        return self.filter(Q(comment_count__gt=0) | (theirs & Q(continued_at=None)))

    def public(self) -> Self:
        return self.filter(comment_count__gt=0)


class Thread(Scheduled):
    """A thread under a theme. Its row is the lock for every write into its branches.

    `comment_count` counts public comments, the opening among them; a thread is public while it is above
    zero. `revision` is the theme's revision of the last public change in the thread.
    """

    theme = models.ForeignKey(Theme, models.PROTECT, related_name="threads")
    title = models.CharField(max_length=TITLE_LENGTH)
    opening = models.OneToOneField("Comment", models.PROTECT, null=True, editable=False, related_name="+")
    last_comment = models.ForeignKey("Comment", models.PROTECT, null=True, editable=False, related_name="+")
    # The comment at which a thread goes on that was merged into another: all that is left of it is its address.
    continued_at = models.ForeignKey("Comment", models.PROTECT, null=True, editable=False, related_name="+")
    is_locked = models.BooleanField(default=False)
    lock_reason = models.CharField(max_length=SAID_LENGTH, blank=True)
    summary = models.ForeignKey("Summary", models.PROTECT, null=True, editable=False, related_name="+")
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["theme", "revision"], name="thread_theme_revision"),
            models.Index(fields=["theme", "opening"], name="thread_by_age"),
            models.Index(fields=["theme", "last_comment"], name="thread_by_activity"),
            models.Index(fields=["closes_at"], condition=Q(closes_at__isnull=False), name="thread_closes"),
            models.Index(fields=["opens_at"], condition=Q(opens_at__isnull=False), name="thread_opens"),
        ]

    def __str__(self) -> str:
        return self.title
