"""What moderators say at the head of a thread."""

from django.db import models

from forum.dialogue.models.thread import Thread
from forum.kernel.choices import RoleKind


class Note(models.Model):
    """A moderator's note: one for a thread, by whoever wrote it last, who is shown by role only."""

    thread = models.OneToOneField(Thread, models.CASCADE, related_name="note")
    source = models.TextField()
    html = models.TextField()
    role = models.CharField(max_length=20, choices=RoleKind)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"note on thread {self.thread_id}"
