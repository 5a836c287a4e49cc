"""Who gets every public comment of a theme as an email."""

from django.conf import settings
from django.db import models

from forum.events.models.theme import Theme


class ListSubscription(models.Model):
    """A person gets every comment of a theme by email, as from a mailing list.

    `revision` is the theme's revision up to which comments were queued: it grows in the order of commit, so nothing is
    left out and nothing comes twice. `day` and `day_count` say how many were queued on which day. `capped_from` is the
    revision after which comments were too many for a day; the daily digest has these, and then it is empty again.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_subscriptions")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")
    sends_own = models.BooleanField(default=False)
    revision = models.PositiveBigIntegerField(editable=False)
    day = models.DateField(null=True, editable=False)
    day_count = models.PositiveIntegerField(default=0, editable=False)
    capped_from = models.PositiveBigIntegerField(null=True, editable=False)
    since = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "theme"], name="one_list_subscription_per_person_and_theme")
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} gets theme {self.theme_id} by email"
