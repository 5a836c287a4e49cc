"""The event's code of conduct, and the phrases in which moderators explain themselves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.events.models.event import Event
from forum.kernel.choices import REASON_LENGTH


class Article(models.Model):
    """One article of an event's code of conduct: what a decision can rest on. A retired one stays for old decisions."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="articles")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("short title"), max_length=80)
    text = models.CharField(_("explanation"), max_length=REASON_LENGTH, blank=True)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Phrase(models.Model):
    """A sentence that moderators need often, in one language."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="phrases")
    language = models.CharField(_("language"), max_length=10, choices=settings.WRITING_LANGUAGES)
    title = models.CharField(_("short title"), max_length=80)
    text = models.CharField(_("text"), max_length=REASON_LENGTH)

    class Meta:
        ordering = ["language", "title"]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
