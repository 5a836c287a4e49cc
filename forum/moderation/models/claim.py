"""Who is looking at a card of the desk."""

from django.conf import settings
from django.db import models

from forum.dialogue.models.comment import Comment


class Claim(models.Model):
    """A moderator looks at a comment that waits, for a short while: colleagues see it and turn to another one."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="claim")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"claim of {self.comment_id}"
