"""When digests are due, on the clock of who gets them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.zones import zone_of

MORNING = time(7, 0)  # before work begins, so that the day can begin with it
WEEKDAY = 0  # Monday, as datetime counts


def next_digest(name: str, zone: str, *, now: datetime) -> datetime:
    """The next morning ("daily"), or the next Monday morning ("weekly"), in this time zone; in UTC without one.

    On a day whose morning does not exist on the clock, Python's answer for the hour before the change is used.
    """
    here = now.astimezone(zone_of(zone))
    day = here.date()
    while True:
        due = datetime.combine(day, MORNING, tzinfo=here.tzinfo)
        if due > here and (name == "daily" or day.weekday() == WEEKDAY):
            return due
        day += timedelta(days=1)
