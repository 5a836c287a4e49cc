"""Who may do more than take part, in an event or in one of its themes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from forum.events.models.event import Event
from forum.events.models.theme import Theme
from forum.kernel.choices import RoleKind

DECIDING = (RoleKind.MODERATOR, RoleKind.ORGANISER)  # organisers may do what moderators do


class Role(models.Model):
    """A role in a whole event, or in one theme of it; organisers always organise the whole."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="roles")
    theme = models.ForeignKey(
        Theme, models.CASCADE, null=True, blank=True, related_name="roles", help_text="Empty: in every theme."
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person", "kind"], condition=Q(theme=None), name="role_once_per_event"
            ),
            models.UniqueConstraint(fields=["theme", "person", "kind"], name="role_once_per_theme"),
            models.CheckConstraint(
                condition=~Q(kind=RoleKind.ORGANISER) | Q(theme=None), name="organisers_organise_the_whole"
            ),
        ]

    def clean(self) -> None:
        if self.theme is not None and self.theme.event_id != self.event_id:
            raise ValidationError({"theme": _("This theme belongs to another event.")})

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


def deciding_beside(*people: Any, event: Any, theme: Any) -> models.QuerySet[Role]:
    """The roles of those who decide under a theme and are none of these people; each named by its key or OuterRef."""
    roles = Role.objects.filter(Q(theme=None) | Q(theme=theme), event=event, kind__in=DECIDING, person__is_active=True)
    for person in people:
        roles = roles.exclude(person=person)
    return roles


def moderated_by(person: Viewer, theme: str = "theme") -> Q:
    """The condition on whatever stands under a theme, named by its field, that this person moderates it."""
    if not person.is_authenticated:
        return Q(pk__in=[])
    roles = Role.objects.filter(person=person, kind__in=DECIDING)
    events = roles.filter(theme=None).values("event_id")
    return Q(**{f"{theme}__event__in": events}) | Q(**{f"{theme}__in": roles.exclude(theme=None).values("theme_id")})
