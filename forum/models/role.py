"""Who may do more than take part, event by event."""

from django.conf import settings
from django.db import models

from forum.choices import RoleKind
from forum.models.event import Event


class Role(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="roles")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person", "kind"], name="role_once_per_event")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
