"""What a person is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.log import LogEntry
from forum.kernel.choices import NotificationKind

OF_ENTRIES = (NotificationKind.DECISION, NotificationKind.OUTCOME)  # about what moderators did


class Notification(models.Model):
    """One thing somebody is told: a comment, or a moderator's decision about something of theirs.

    An outcome without a decision is that an author withdrew what this person had flagged.

    It holds no text: what may be read of the comment is decided when the list is read.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NotificationKind)
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    # When it was decided whether an email tells of it, too; forum/mail does that for those of comments.
    queued_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "comment"], name="one_notification_per_person_and_comment"),
            models.CheckConstraint(
                condition=Q(kind__in=OF_ENTRIES, entry__isnull=False, comment=None)
                | (~Q(kind=NotificationKind.DECISION) & Q(entry=None, comment__isnull=False)),
                name="a_notification_is_about_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_newest"),
            models.Index(fields=["person"], condition=Q(seen_at=None), name="notification_unseen"),
            models.Index(fields=["id"], condition=Q(queued_at=None, entry=None), name="notification_to_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for person {self.person_id}"
