"""The record of what moderators did."""

from django.conf import settings
from django.db import models

from forum.choices import REASON_LENGTH, Act
from forum.models.comment import Comment, CommentVersion
from forum.models.event import Event
from forum.models.thread import Thread


class LogEntry(models.Model):
    """One decision, public except for the text it was about."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="log")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="+")
    version = models.ForeignKey(CommentVersion, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    act = models.CharField(max_length=20, choices=Act)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["event", "-id"], name="log_newest_first")]
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.created_at:%Y-%m-%d})"
