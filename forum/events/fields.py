"""Form fields that pages and the administration share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.events.queries.formatting import day_of

MINUTE = timedelta(minutes=1)
YEARS = range(1900, 2300)  # beyond, some clocks of the world show times that cannot be computed with
FIRST_AND_LAST = {"first": YEARS[0], "last": YEARS[-1]}


class WallTimeField(forms.DateTimeField):
    """A time on the clocks of `zone`: shown, typed and read there. Its form says which zone, and what is `kept` so far.

    What is left as it was shown stays exactly what it was.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone = ZoneInfo("UTC")
    kept: datetime | None = None

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if self.kept and value == self.widget.format_value(self.prepare_value(self.kept)):
            return self.kept
        with timezone.override(self.zone):
            try:
                found: datetime | None = super().to_python(value)
            except ValidationError as error:
                if error.code != "ambiguous_timezone" or not error.params:
                    raise
                raise ValidationError(why_not_there(error.params["datetime"], self.zone)) from None
        if found and found.year not in YEARS:
            raise ValidationError(_("Please enter a year between %(first)s and %(last)s."), params=FIRST_AND_LAST)
        return found


def why_not_there(wall: datetime, zone: ZoneInfo) -> str:
    """Why these clocks never show this time, or show it twice; and what can be typed instead."""
    first = wall.replace(tzinfo=zone)
    before, after = _edge(wall, zone, -MINUTE), _edge(wall, zone, MINUTE)
    one_day = before.date() == after.date() == wall.date()
    said = {
        "time": f"{wall:%H:%M}",
        "day": day_of(wall),
        "zone": zone.key,
        "before": f"{before:%H:%M}" if one_day else f"{day_of(before)}, {before:%H:%M}",
        "after": f"{after:%H:%M}" if one_day else f"{day_of(after)}, {after:%H:%M}",
    }
    if first.utcoffset() < first.replace(fold=1).utcoffset():  # type: ignore[operator]
        why = _("%(time)s does not exist on %(day)s in %(zone)s, because the clocks go forward.")
    else:
        why = _("%(time)s occurs twice on %(day)s in %(zone)s, because the clocks go back.")
    return f"{why} {_('Enter %(before)s or earlier, or %(after)s or later.')}" % said


def _edge(wall: datetime, zone: ZoneInfo, step: timedelta) -> datetime:
    """The nearest whole minute in one direction that these clocks show once."""
    while not _is_once(wall, zone):
        wall += step
    return wall


def _is_once(wall: datetime, zone: ZoneInfo) -> bool:
    here = wall.replace(tzinfo=zone)
    return here.utcoffset() == here.replace(fold=1).utcoffset()
