"""The event that the dialogue prepares, as its organisers announce it."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.zones import check_zone, zone_of
from forum.kernel.choices import PartyKind
from forum.kernel.names import FIRST, check_name

ORIGIN = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")


def check_origins(text: str) -> None:
    """Raises ValidationError unless every line is an origin: it becomes a part of a security header."""
    for line in text.split():
        if not ORIGIN.fullmatch(line):
            raise ValidationError(_("%(line)s is not an address such as https://example.org"), params={"line": line})


class Event(models.Model):
    """A meeting and the written dialogue before it.

    The announcement's texts are kept as Markdown source and as the HTML made from it.
    """

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    strapline = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200)
    timezone = models.CharField(
        _("time zone"),
        max_length=60,
        default="UTC",
        validators=[check_zone],
        help_text=_("IANA name, such as Asia/Baku. All times of the event use this time zone."),
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opens_at = models.DateTimeField(help_text=_("Participants can post from this time on."))
    closes_at = models.DateTimeField(null=True, blank=True, help_text=_("Leave empty to keep the dialogue open."))
    contact = models.EmailField(blank=True)
    hold_rules = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    # Whether readers see how many answers to a comment wait for a moderator.
    tells_waiting = models.BooleanField(default=False, db_default=False, editable=False)
    # Whether emails about new comments wait until an organiser sends them.
    holds_mail = models.BooleanField(default=False, db_default=False, editable=False)
    log_names = models.BooleanField(default=False, db_default=False, editable=False)  # or roles only
    frame_origins = models.TextField(
        _("sites that can embed the dialogue"),
        blank=True,
        db_default="",
        validators=[check_origins],
        help_text=_("One per line, such as https://example.org. Leave empty to allow none."),
    )
    objective_source = models.TextField(blank=True)
    objective_html = models.TextField(blank=True, editable=False)
    registration_source = models.TextField(blank=True)
    registration_html = models.TextField(blank=True, editable=False)
    reception_source = models.TextField(blank=True)
    reception_html = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("event")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="event_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at=None) | models.Q(closes_at__gt=models.F("opens_at")),
                name="event_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        check_name(self, FIRST)
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be after the start.")})
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("The closing time must be after the opening time.")})

    @property
    def framed_by(self) -> list[str]:
        """The origins of the sites that may show the dialogue in a frame."""
        return [line for line in self.frame_origins.split() if ORIGIN.fullmatch(line)]

    @property
    def tz(self) -> ZoneInfo:
        return zone_of(self.timezone)


class Party(models.Model):
    """An organisation that stands behind the event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=20, choices=PartyKind)
    name = models.CharField(max_length=200)
    url = models.URLField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = _("parties")
        constraints = [models.UniqueConstraint(fields=["event", "kind", "name"], name="party_once_per_event")]

    def __str__(self) -> str:
        return self.name


class Reference(models.Model):
    """A numbered document the dialogue refers to."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="references")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["event", "number"], name="reference_number_once_per_event")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.text}"
