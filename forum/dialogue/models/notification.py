"""What a person is told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.log import LogEntry
from forum.events.models.event import Event
from forum.kernel.choices import NotificationKind
from forum.kernel.queues import QueueKind

OF_ENTRIES = (NotificationKind.DECISION, NotificationKind.OUTCOME)  # about what moderators did
OF_COMMENTS = (
    NotificationKind.MENTION,
    NotificationKind.REPLY,
    NotificationKind.FOLLOWED,
    NotificationKind.OUTCOME,
)


class Notification(models.Model):
    """One thing somebody is told: a comment, a moderator's decision about something of theirs, or, for those who
    moderate, that there is something to review in a queue, which they are told once until they have seen it.

    An outcome without a decision is that an author withdrew what this person had flagged.

    It holds no text: what may be read of the comment is decided when the list is read.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NotificationKind)
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.CASCADE, null=True, related_name="+")
    event = models.ForeignKey(Event, models.CASCADE, null=True, db_index=False, related_name="+")  # of the queue
    queue = models.CharField(max_length=10, choices=QueueKind, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    # When it was decided whether an email tells of it, too; forum/mail does that for those of comments.
    queued_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "comment"], name="one_notification_per_person_and_comment"),
            models.UniqueConstraint(
                fields=["event", "queue", "person"],
                condition=Q(kind=NotificationKind.QUEUE, seen_at=None),
                name="one_unseen_notification_per_queue",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_ENTRIES, entry__isnull=False, comment=None, event=None, queue="")
                | Q(
                    kind=NotificationKind.QUEUE,
                    entry=None,
                    comment=None,
                    event__isnull=False,
                    queue__in=QueueKind.values,
                )
                | Q(kind__in=OF_COMMENTS, entry=None, comment__isnull=False, event=None, queue=""),
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
