"""The machine and what stands around it: folders, clock, processes, proxy."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.utils import timezone

from forum.jobs import upkeep

LITTLE = 1_000_000_000  # bytes: less room than that fills up within days
APART = timedelta(seconds=5)  # between two clocks: more makes plans and limits come at the wrong time
AHEAD = timedelta(minutes=1)
OWN = {"127.0.0.1", "localhost", "::1"}


def disk_warnings() -> list[str]:
    """Disks that are nearly full."""
    folders = {Path(settings.MEDIA_ROOT)}
    if connection.vendor == "sqlite":
        folders.add(Path(connection.settings_dict["NAME"]).parent)
    found = []
    for folder in sorted(folder for folder in folders if folder.is_dir()):
        free = shutil.disk_usage(folder).free
        if free < LITTLE:
            found.append(
                f"Only {free // 1_000_000} MB are free in {folder}. Free disk space, or move it to a larger disk."
            )
    return found


def clock_problems() -> list[str]:
    """Clocks that do not agree, or that were put back."""
    now = timezone.now()
    if (there := _clock_of_database()) is not None and abs(there - now) > APART:
        apart = abs(there - now).total_seconds()
        return [f"The database clock differs from this one by {apart:.0f} seconds. Synchronise both with NTP."]
    newest = upkeep.newest_time()
    if newest is not None and newest > now + AHEAD:
        return [f"The newest entry is from {newest:%Y-%m-%d %H:%M} UTC, in the future. Synchronise the clock with NTP."]
    return []


def zone_problems() -> list[str]:
    """A machine without time zones."""
    try:
        ZoneInfo("Asia/Baku")
    except ZoneInfoNotFoundError:
        return ["The system has no time zone data. Install the package tzdata."]
    return []


def process_warnings() -> list[str]:
    """More processes than the database is made for."""
    if settings.WEB_CONCURRENCY > 1 and connection.vendor == "sqlite":
        return ["SQLite supports only one server process. Set WEB_CONCURRENCY to 1, or use PostgreSQL in DATABASE_URL."]
    return []


def address_problems() -> list[str]:
    """Addresses by which nobody reaches the site, or everybody too much."""
    found = []
    if settings.SITE_HOST not in settings.ALLOWED_HOSTS:
        found.append(
            f"ALLOWED_HOSTS does not include {settings.SITE_HOST}, the host of SITE_URL, so pages answer 400. Add it."
        )
    if settings.DEBUG and settings.SITE_HOST not in OWN:
        found.append("DEBUG is on, so error pages show internal details to everyone. Set DEBUG to off.")
    return found


def proxy_warnings() -> list[str]:
    """A proxy that is not believed, or believed without being there."""
    is_believed = settings.SECURE_PROXY_SSL_HEADER is not None
    if settings.IS_SECURE and not is_believed:
        return [
            "SITE_URL begins with https://, but no proxy is trusted. If a proxy ends TLS, pages redirect to "
            "themselves. Set BEHIND_PROXY to on."
        ]
    if is_believed and not settings.IS_SECURE:
        return [
            "BEHIND_PROXY is on, but SITE_URL begins with http://. Set SITE_URL to https://, or BEHIND_PROXY to off if "
            "there is no proxy. Otherwise anyone can fake their IP address."
        ]
    return []


def _clock_of_database() -> datetime | None:
    """None for SQLite, which has no clock of its own."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
        return at
