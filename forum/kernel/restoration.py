"""That this database came out of a backup."""

from django.db import models


class Restoration(models.Model):
    """A restored copy. Until somebody confirms that it is the site from now on, it sends no email.

    At most one row. It is never part of a backup itself.
    """

    archived_at = models.DateTimeField()  # when the backup was made
    restored_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"restored from the backup of {self.archived_at:%Y-%m-%d %H:%M}"
