"""What moderators schedule for a thread or a whole theme: when it closes and opens, and how fast people write."""

from django.conf import settings
from django.db import models

from forum.kernel.choices import SAID_LENGTH


class Scheduled(models.Model):
    """Abstract fields for scheduled closing and reopening, and for slow mode; used by Thread and Theme.

    `closes_at` and `opens_at` are cleared once they have taken effect, so a value is always still pending.
    """

    closes_at = models.DateTimeField(null=True, editable=False)
    opens_at = models.DateTimeField(null=True, editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    plan_reason = models.CharField(max_length=SAID_LENGTH, blank=True, db_default="", editable=False)
    # Minutes between two comments of one person; 0 without slow mode.
    slow_minutes = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True
