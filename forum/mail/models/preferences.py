"""What somebody wants to be told by email, and how soon."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.kernel.choices import NotificationKind
from forum.kernel.outbox import Frequency


class MailPreferences(models.Model):
    """How soon a person is told of each kind of thing by email. Somebody without a row has the defaults.

    `daily_due_at` and `weekly_due_at` say when the next digest is looked at: set when there is something to tell, empty
    while there is not. `reply_until` and its like say up to when the last digest told of this kind of thing.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_preferences")
    reply = models.CharField(_("replies to you"), max_length=10, choices=Frequency, default=Frequency.AT_ONCE)
    mention = models.CharField(_("mentions of you"), max_length=10, choices=Frequency, default=Frequency.AT_ONCE)
    followed = models.CharField(_("what you follow"), max_length=10, choices=Frequency, default=Frequency.DAILY)
    moderation = models.CharField(
        _("moderation of your comments"), max_length=10, choices=Frequency, default=Frequency.AT_ONCE
    )
    daily_due_at = models.DateTimeField(null=True, editable=False)
    weekly_due_at = models.DateTimeField(null=True, editable=False)
    reply_until = models.DateTimeField(null=True, editable=False)
    mention_until = models.DateTimeField(null=True, editable=False)
    followed_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["daily_due_at"], condition=Q(daily_due_at__isnull=False), name="daily_digest_due"),
            models.Index(fields=["weekly_due_at"], condition=Q(weekly_due_at__isnull=False), name="weekly_digest_due"),
        ]

    def __str__(self) -> str:
        return f"email preferences of person {self.person_id}"

    def of(self, kind: str) -> Frequency:
        """How soon this person is told of a mention, a reply or something followed."""
        return Frequency(
            {
                NotificationKind.MENTION: self.mention,
                NotificationKind.REPLY: self.reply,
                NotificationKind.FOLLOWED: self.followed,
            }[NotificationKind(kind)]
        )
