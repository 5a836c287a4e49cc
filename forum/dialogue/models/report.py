"""Reports of illegal content, by anybody."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from forum.dialogue.models.comment import Comment, CommentVersion
from forum.kernel.choices import KEY_LENGTH, REPORT_LENGTH, SAID_LENGTH, ReportOutcome


class IllegalReport(models.Model):
    """Somebody, with an account or without, says that a comment is illegal.

    Who they are and what they write is for the moderators of that theme alone; some time after the answer nobody knows
    who they were. `secret` is what the address of the
    report's own page holds besides its number, which anybody could guess; `key` is that of the form, sent twice or not.
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="reports")
    version = models.ForeignKey(CommentVersion, models.PROTECT, related_name="+")  # the text that was reported
    secret = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    explanation = models.TextField(max_length=REPORT_LENGTH)
    ground = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=80, blank=True)
    is_child_abuse = models.BooleanField(default=False)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=ReportOutcome, blank=True)
    statement = models.CharField(max_length=SAID_LENGTH, blank=True)  # to the reporter: what was done, and why
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="", decided_by=None)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="a_decided_report_says_by_whom_and_how",
            ),
            models.CheckConstraint(
                condition=Q(is_child_abuse=True) | (~Q(name="") & ~Q(email="")) | Q(decided_at__isnull=False),
                name="who_reports_says_who_they_are",
            ),
        ]
        indexes = [models.Index(fields=["comment"], condition=Q(decided_at=None), name="report_open")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the report is called in emails and talk, such as "R-2026-00012"."""
        return f"R-{self.created_at:%Y}-{self.pk:05d}"
