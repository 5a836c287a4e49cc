"""Why a comment waits, and whom the rules let pass."""

from django.conf import settings
from django.db import models

from forum.dialogue.models.comment import Comment
from forum.events.models.event import Event
from forum.events.models.theme import Theme


class Hold(models.Model):
    """What made a comment wait for a moderator: each reason with its words or number, as its text is now."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="hold")
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-decided_at"], name="hold_last_decided")]

    def __str__(self) -> str:
        return f"hold of {self.comment_id}"


class Trust(models.Model):
    """An author whose comments a moderator lets pass from now on, whatever the rules say: in one theme, or in all."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="+")  # null: in every theme
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"], condition=models.Q(theme=None), name="trusted_once_per_event"
            ),
            models.UniqueConstraint(fields=["theme", "person"], name="trusted_once_per_theme"),
        ]
        verbose_name_plural = "trust"

    def __str__(self) -> str:
        return f"{self.person} in {self.theme or self.event}"
