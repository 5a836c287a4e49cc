"""Digests are due in the morning of who gets them, on every clock and through every change of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.mail.schedule import next_digest


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "zone", "now", "due"),
    [
        ("daily", "", "2026-12-01 06:59", "2026-12-01 07:00"),
        ("daily", "UTC", "2026-12-01 07:00", "2026-12-02 07:00"),
        ("daily", "Nowhere/Land", "2026-12-01 06:59", "2026-12-01 07:00"),
        ("daily", "Asia/Kolkata", "2026-12-01 01:29", "2026-12-01 01:30"),
        ("daily", "Pacific/Auckland", "2026-12-01 18:00", "2026-12-02 18:00"),
        ("daily", "Pacific/Kiritimati", "2026-12-01 12:00", "2026-12-01 17:00"),
        ("weekly", "UTC", "2026-12-01 08:00", "2026-12-07 07:00"),
        ("weekly", "UTC", "2026-12-07 06:59", "2026-12-07 07:00"),
        ("weekly", "UTC", "2026-12-07 07:00", "2026-12-14 07:00"),
        # Monday morning comes a day earlier in the east than in Greenwich.
        ("weekly", "Pacific/Auckland", "2026-12-05 12:00", "2026-12-06 18:00"),
        ("weekly", "America/Los_Angeles", "2026-12-07 14:59", "2026-12-07 15:00"),
        # The clocks of Berlin go forward in the night to 28 March 2027, and back in the night to 31 October.
        ("daily", "Europe/Berlin", "2027-03-27 06:00", "2027-03-28 05:00"),
        ("daily", "Europe/Berlin", "2027-03-28 00:59", "2027-03-28 05:00"),
        ("daily", "Europe/Berlin", "2027-10-30 05:00", "2027-10-31 06:00"),
        ("daily", "Europe/Berlin", "2027-10-31 00:30", "2027-10-31 06:00"),
        ("daily", "Europe/Berlin", "2027-10-31 01:30", "2027-10-31 06:00"),
        ("weekly", "Europe/Berlin", "2027-03-22 06:00", "2027-03-29 05:00"),
        ("weekly", "Europe/Berlin", "2027-10-25 05:00", "2027-11-01 06:00"),
        # Samoa left out the whole of 30 December 2011.
        ("daily", "Pacific/Apia", "2011-12-29 17:00", "2011-12-30 17:00"),
    ],
)
def test_a_digest_is_due_in_the_next_morning(name, zone, now, due):
    assert next_digest(name, zone, now=at(now)).astimezone(UTC) == at(due)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_through_a_whole_year_one_digest_is_due_each_day_at_seven(zone):
    now, days = at("2027-01-01 00:00"), set()
    for _ in range(365):
        due = next_digest("daily", zone, now=now)
        assert timedelta(0) < due.astimezone(UTC) - now <= timedelta(hours=25)
        assert (due.astimezone(ZoneInfo(zone)).hour, due.astimezone(ZoneInfo(zone)).minute) == (7, 0)
        days.add(due.astimezone(ZoneInfo(zone)).date())
        now = due.astimezone(UTC)
    assert len(days) == 365
