"""Random stamps of a theme's last revisions: how the database knows a position that it has handed out itself."""

import secrets

from django.db import models

KEPT_STAMPS = 1_000  # revisions of a theme; whoever is further behind loads the page anew anyway
LARGEST_STAMP = 2**31 - 1


def new_stamp() -> int:
    return secrets.randbelow(LARGEST_STAMP) + 1


class RevisionStamp(models.Model):
    """The stamp that was stored with a revision of a theme.

    A database that was restored counts to the same revisions again, but with other stamps. The rows of a theme are a
    ring: the row of revision n takes the place of n - KEPT_STAMPS, so nothing has to be pruned.
    """

    theme = models.ForeignKey("forum.Theme", models.CASCADE, related_name="+")
    slot = models.PositiveSmallIntegerField()  # revision % KEPT_STAMPS
    revision = models.PositiveBigIntegerField()
    stamp = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "slot"], name="one_stamp_per_slot")]
        indexes = [models.Index(fields=["theme", "revision"], name="stamp_by_revision")]

    def __str__(self) -> str:
        return f"{self.theme_id}:{self.revision}:{self.stamp}"
