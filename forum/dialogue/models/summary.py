"""The living summary of a thread, and what readers miss in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.thread import Thread
from forum.kernel.choices import REASON_LENGTH, REQUEST_LENGTH, SAID_LENGTH


class Summary(models.Model):
    """One version of a thread's summary. Versions are added, never changed; the thread points at its current one.

    An earlier one can be hidden, with the reason that stands in its place.

    `points` holds for each kind of point (PointKind) a list of {"text": …, "comments": [ids]}.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="summaries")
    number = models.PositiveIntegerField()
    points = models.JSONField()
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    is_hidden = models.BooleanField(default=False, db_default=False)
    hidden_reason = models.CharField(max_length=SAID_LENGTH, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="summary_number_once_per_thread"),
            models.CheckConstraint(
                condition=Q(is_hidden=True) ^ Q(hidden_reason=""), name="a_reason_for_hidden_summaries_only"
            ),
        ]
        verbose_name_plural = "summaries"

    def __str__(self) -> str:
        return f"summary {self.number} of thread {self.thread_id}"

    @property
    def named(self) -> frozenset[int]:
        """The comments that its points name."""
        return frozenset(pk for points in self.points.values() for point in points for pk in point["comments"])


class PointRequest(models.Model):
    """Somebody's wish that their point be in a summary. Nobody but they and its writers read it until it is answered.

    `comment` is where they made the point, if they name it; `in_summary` is the version that took it up. What is
    withheld nobody but they and the moderators read even then; `answer` says why.
    """

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="point_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=REQUEST_LENGTH)
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=REASON_LENGTH, blank=True)
    is_withheld = models.BooleanField(default=False, db_default=False)
    in_summary = models.ForeignKey(Summary, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "person"],
                condition=Q(answered_at=None),
                name="one_open_request_per_person_and_thread",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, in_summary=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="an_answer_says_something",
            ),
            models.CheckConstraint(
                condition=Q(is_withheld=False) | Q(answered_at__isnull=False), name="what_is_withheld_is_answered"
            ),
        ]
        indexes = [models.Index(fields=["thread"], condition=Q(answered_at=None), name="request_open")]

    def __str__(self) -> str:
        return f"request of person {self.person_id} in thread {self.thread_id}"
