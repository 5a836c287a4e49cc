"""What somebody is writing and has not sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.events.models.theme import Theme
from forum.kernel.choices import DRAFT_LENGTH, KEY_LENGTH, DraftKind


class Draft(models.Model):
    """The words in one box of one person, kept until they are sent or discarded. Nobody else ever reads them.

    `version` grows with every saving, so that a second device notices what the first one saved meanwhile.
    `key` is the form's idempotency key: sent again after a lost answer, it makes no second comment.
    `seen` says what the answered (or edited) comment was like when the writing began.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=DraftKind)
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    title = models.TextField(blank=True)
    source = models.TextField(blank=True, max_length=DRAFT_LENGTH)
    note = models.TextField(blank=True)
    key = models.CharField(max_length=KEY_LENGTH)
    seen = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "kind", "comment"], condition=Q(comment__isnull=False), name="one_draft_per_comment"
            ),
            models.UniqueConstraint(
                fields=["author", "theme"], condition=Q(comment__isnull=True), name="one_new_thread_draft_per_theme"
            ),
            models.CheckConstraint(
                condition=Q(comment__isnull=True, kind=DraftKind.THREAD)
                | (Q(comment__isnull=False) & ~Q(kind=DraftKind.THREAD)),
                name="a_draft_has_its_place",
            ),
        ]
        indexes = [models.Index(fields=["author", "-saved_at"], name="draft_newest")]

    def __str__(self) -> str:
        return f"{self.kind} draft of person {self.author_id}"
