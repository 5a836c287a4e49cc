"""Emails that came back."""

from django.conf import settings
from django.db import models


class Bounce(models.Model):
    """One report that an email to somebody was not delivered: for good, or this time."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_hard = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="bounce_newest")]

    def __str__(self) -> str:
        return f"{'hard' if self.is_hard else 'soft'} bounce for person {self.person_id}"
