"""What somebody has read."""

from django.conf import settings
from django.db import models

from forum.events.models.theme import Theme


class Reading(models.Model):
    """What a person has read under a theme: ranges over the comments' `published_revision`.

    A comment approved late has a late number, so it is new for everybody, wherever it stands.

    `others_count` is how many comments by others have their number in the ranges, public or gone; None until it is
    counted. Numbers stay, so only reading and a comment that changes its theme move it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="+")
    ranges = models.TextField(default="")
    others_count = models.PositiveIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "theme"], name="one_reading_per_person_and_theme")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.theme_id}: {self.ranges}"
