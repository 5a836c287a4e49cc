"""E-mails that are owed to people."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.models.comment import Comment
from forum.models.moderation import LogEntry
from forum.models.report import IllegalReport


class Letter(models.Model):
    """An e-mail that somebody gets when it is due: about a decision, a comment of theirs that waits, or their report.

    It holds no text: what it says is what is true when it is sent. One about a report goes to the address given in it;
    whoever reports needs no account.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.CASCADE, null=True, related_name="letters")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(IllegalReport, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, comment=None, report=None, person__isnull=False)
                | Q(entry=None, comment__isnull=False, report=None, person__isnull=False)
                | Q(entry=None, comment=None, report__isnull=False, person=None),
                name="a_letter_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["comment"], condition=Q(sent_at=None), name="one_unsent_letter_for_a_comment"
            ),
            models.UniqueConstraint(
                fields=["report"], condition=Q(sent_at=None), name="one_unsent_letter_for_a_report"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="letter_due")]

    def __str__(self) -> str:
        return f"letter {self.pk}"
