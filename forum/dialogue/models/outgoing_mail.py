"""Emails to send."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.dialogue.models.comment import Comment
from forum.dialogue.models.log import LogEntry
from forum.dialogue.models.report import IllegalReport

SENT_WITHIN = timedelta(minutes=10)  # far longer than a mail server may take


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def to_send(self) -> Self:
        """What has not left, and no server is at it."""
        return self.filter(sent_at=None, sending_since=None)

    def uncertain(self, *, now: datetime) -> Self:
        """What a server began to send long ago without writing down whether it left: it died in between, or the mail
        server fell silent."""
        return self.filter(sent_at=None, sending_since__lte=now - SENT_WITHIN)


class OutgoingMail(models.Model):
    """An email that somebody gets when it is due: about a decision, a comment of theirs that waits, or their report.

    It holds no text: what it says is what is true when it is sent. One about a report goes to the address given in it;
    whoever reports needs no account. While a server sends it, `sending_since` says since when.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.CASCADE, null=True, related_name="outgoing_mail")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(IllegalReport, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sending_since = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("email")
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, comment=None, report=None, person__isnull=False)
                | Q(entry=None, comment__isnull=False, report=None, person__isnull=False)
                | Q(entry=None, comment=None, report__isnull=False, person=None),
                name="outgoing_mail_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(sent_at=None, sending_since=None),
                name="one_unsent_mail_for_a_comment",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(sent_at=None, sending_since=None),
                name="one_unsent_mail_for_a_report",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="outgoing_mail_due")]

    def __str__(self) -> str:
        return f"email {self.pk}"
