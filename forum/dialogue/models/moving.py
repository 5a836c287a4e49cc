"""What stays behind when comments move to another theme: their old numbers, and word of where their thread went."""

from django.db import models

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.thread import Thread
from forum.events.models.theme import Theme


class OldNumber(models.Model):
    """A number that a comment had under a theme it has left: what was cited as P-47 is found by it for ever."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="old_numbers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "number"], name="old_number_once_per_theme")]

    def __str__(self) -> str:
        return f"number {self.number} of theme {self.theme_id}"


class ThreadMove(models.Model):
    """A thread left a theme at one of the theme's revisions: what followers of that theme are told."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="moves")
    revision = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "thread"], name="one_move_per_theme_and_thread")]
        indexes = [models.Index(fields=["theme", "revision"], name="thread_move_theme_revision")]

    def __str__(self) -> str:
        return f"thread {self.thread_id} left theme {self.theme_id}"
