"""Settings that would lose messages are refused before the server starts; names that addresses need are listed."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from forum.events.queries import events


@register()
def several_processes_need_redis(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The in-memory channel layer reaches one process only: followers of another would see nothing."""
    if settings.WEB_CONCURRENCY > 1 and not settings.REDIS_URL:
        return [
            Error(
                "WEB_CONCURRENCY above 1 needs REDIS_URL, because processes communicate through Redis.",
                id="forum.E001",
            )
        ]
    return []


@register()
def sqlite_gives_back_what_it_wrote(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Numbers are taken by UPDATE … RETURNING, which SQLite knows since 3.35 (2021)."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite") and sqlite3.sqlite_version_info < (3, 35):
        return [Error(f"Parley needs SQLite 3.35 or newer; this is {sqlite3.sqlite_version}.", id="forum.E002")]
    return []


@register(Tags.database)
def names_are_free(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Warning]:
    """Events and themes from before their names were taken: they stay as they are until somebody renames them."""
    if not databases:
        return []
    hint = "Another page uses this address, or will. Rename it in the admin site, and tell people who link to it."
    return [
        Warning(f"{address} is an address that Parley uses itself.", hint=hint, id="forum.W001")
        for address in events.taken()
    ]
