"""Letters of themes and closings of events that the next migration's constraints would refuse are mended first."""

from datetime import timedelta
from string import ascii_uppercase
from typing import Any

from django.db import migrations
from django.db.models import F


def mend(apps: Any, editor: Any) -> None:
    """A theme without a letter takes its own as a capital, or the first free one. A dialogue that would have closed
    before it opened was never open: it goes on never being open, for all but a second."""
    Theme, Event = apps.get_model("forum", "Theme"), apps.get_model("forum", "Event")
    for theme in Theme.objects.exclude(letter__in=list(ascii_uppercase)).order_by("pk"):
        taken = set(Theme.objects.filter(event=theme.event_id).values_list("letter", flat=True))
        free = [letter for letter in (theme.letter.upper(), *ascii_uppercase) if letter in set(ascii_uppercase) - taken]
        Theme.objects.filter(pk=theme.pk).update(letter=free[0])
    for event in Event.objects.filter(closes_at__lte=F("opens_at")):
        Event.objects.filter(pk=event.pk).update(opens_at=event.closes_at - timedelta(seconds=1))


class Migration(migrations.Migration):
    dependencies = [("forum", "0035_event_time_zone")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
