"""What a person thinks of a comment: one stance each, changeable and removable."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.kernel.choices import StanceKind


class Stance(models.Model):
    """How one person stands to one comment.

    How many took which stance is kept in the comment's own row (`COUNTS`), beside the revision that every
    stance gives it. `group` is the stakeholder group the person spoke for when taking the stance.
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="stances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="stances", db_index=False)
    kind = models.CharField(max_length=10, choices=StanceKind)
    group = models.CharField(max_length=20, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The person first: this is also the index for "which of these comments do I agree with".
            models.UniqueConstraint(fields=["person", "comment"], name="one_stance_per_person_and_comment"),
            models.CheckConstraint(condition=Q(kind__in=StanceKind.values), name="stance_is_one_of_the_kinds"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, comment {self.comment_id}"


# The column of Comment that counts each kind.
COUNTS = {
    StanceKind.SUPPORT: "support_count",
    StanceKind.AGREE: "agree_count",
    StanceKind.DISAGREE: "disagree_count",
    StanceKind.UNSURE: "unsure_count",
}
