"""What people say is wrong with a comment, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.log import LogEntry
from forum.kernel.choices import FLAG_NOTE_LENGTH, FlagKind, FlagOutcome


class FlagCase(models.Model):
    """Everybody's flags on one comment until a moderator has decided; later ones are a case of their own.

    `held_at` is when the flags together held the comment: a case does that at most once. `entry` is the decision that
    closed it; a comment that its author withdrew leaves none.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="flag_cases")
    opened_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=FlagOutcome, blank=True)
    entry = models.ForeignKey(LogEntry, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["comment"], condition=Q(closed_at=None), name="one_open_case_for_a_comment"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_closed_case_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"flags on {self.comment_id}"


class Flag(models.Model):
    """One person's flag. `weight` is what it counted when it was set; moderators alone read who set it."""

    case = models.ForeignKey(FlagCase, models.CASCADE, related_name="flags")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=FlagKind)
    note = models.CharField(max_length=FLAG_NOTE_LENGTH, blank=True)
    weight = models.FloatField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="one_flag_per_person_and_case")]

    def __str__(self) -> str:
        return f"flag {self.pk}"
