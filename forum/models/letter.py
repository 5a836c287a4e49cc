"""E-mails that are owed to people."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.models.comment import Comment
from forum.models.moderation import LogEntry


class Letter(models.Model):
    """An e-mail that somebody gets when it is due: about a decision, or about a comment of theirs that waits.

    It holds no text: what it says is what is true when it is sent.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    entry = models.ForeignKey(LogEntry, models.CASCADE, null=True, related_name="letters")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False) ^ Q(comment__isnull=False), name="a_letter_is_about_one_thing"
            ),
            models.UniqueConstraint(
                fields=["comment"], condition=Q(sent_at=None), name="one_unsent_letter_for_a_comment"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="letter_due")]

    def __str__(self) -> str:
        return f"letter {self.pk}"
