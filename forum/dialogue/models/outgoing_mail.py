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
from forum.kernel.outbox import MailKind

SENT_WITHIN = timedelta(minutes=10)  # far longer than a mail server may take


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def to_send(self) -> Self:
        """What has not left, no server is at it, and no organiser has put it on hold."""
        return self.filter(sent_at=None, sending_since=None, held_at=None)

    def uncertain(self, *, now: datetime) -> Self:
        """Whose text a server began to send long ago without writing down whether it left: it died in between, or the
        mail server fell silent."""
        return self.filter(sent_at=None, data_began_at__lte=now - SENT_WITHIN)

    def abandoned(self, *, now: datetime) -> Self:
        """What a server took on long ago, and then died before any of the text left."""
        return self.filter(sent_at=None, data_began_at=None, sending_since__lte=now - SENT_WITHIN)


_FOR_COMMENT = Q(kind__in=[MailKind.COMMENT, MailKind.LIST])
_DIGEST = Q(kind__in=[MailKind.DAILY, MailKind.WEEKLY])
_NOTHING = Q(entry=None, comment=None, report=None)
_ABOUT_ONE_THING = (
    Q(kind=MailKind.NOTICE, entry__isnull=False, comment=None, report=None, person__isnull=False)
    | Q(kind=MailKind.NOTICE, entry=None, comment__isnull=False, report=None, person__isnull=False)
    | Q(kind=MailKind.NOTICE, entry=None, comment=None, report__isnull=False, person=None)
    | Q(_FOR_COMMENT, entry=None, comment__isnull=False, report=None, person__isnull=False, key__isnull=False)
    | Q(_DIGEST, _NOTHING, person__isnull=False, key__isnull=False)
    | Q(_NOTHING, kind=MailKind.ANSWER, key__isnull=False)
)


class OutgoingMail(models.Model):
    """An email that somebody gets when it is due: the queue of everything that Parley writes about the dialogue.

    It holds no text: what it says, and whether it is sent at all, is what is true at that moment. `kind` says how it is
    rendered, and `key` what is sent to one person only once. One about a report goes to the address given in it, and an
    answer to the address that an email came from: neither needs an account. While a server sends it, `sending_since`
    says since when, and `data_began_at` when its text began to leave.
    """

    kind = models.CharField(max_length=10, choices=MailKind, default=MailKind.NOTICE, db_default=MailKind.NOTICE)
    key = models.CharField(max_length=100, unique=True, null=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.CASCADE, null=True, related_name="outgoing_mail")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(IllegalReport, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)  # when an organiser put it on hold
    sent_at = models.DateTimeField(null=True)
    sending_since = models.DateTimeField(null=True)
    data_began_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # It waits for its person's next digest, which tells what it would; `due_at` is when that should have left.
    is_deferred = models.BooleanField(default=False, db_default=False, editable=False)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("email")
        constraints = [
            models.CheckConstraint(condition=_ABOUT_ONE_THING, name="outgoing_mail_is_about_what_its_kind_says"),
            models.UniqueConstraint(
                fields=["comment"],
                condition=Q(kind=MailKind.NOTICE, sent_at=None, sending_since=None),
                name="one_unsent_notice_of_a_held_comment",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(sent_at=None, sending_since=None),
                name="one_unsent_mail_for_a_report",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None), name="outgoing_mail_due"),
            models.Index(fields=["kind", "sent_at"], condition=Q(sent_at__isnull=False), name="outgoing_mail_sent"),
        ]

    def __str__(self) -> str:
        return f"email {self.pk}"
