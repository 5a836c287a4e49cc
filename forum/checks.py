"""Settings that would lose messages are refused before the server starts."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register()
def several_processes_need_redis(app_configs: Any, **kwargs: Any) -> list[Error]:
    """The in-memory channel layer reaches one process only: followers of another would see nothing."""
    if settings.WEB_CONCURRENCY > 1 and not settings.REDIS_URL:
        return [
            Error(
                "WEB_CONCURRENCY above 1 needs REDIS_URL: processes tell each other through Redis.",
                id="forum.E001",
            )
        ]
    return []


@register()
def sqlite_gives_back_what_it_wrote(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Numbers are taken by UPDATE … RETURNING, which SQLite knows since 3.35 (2021)."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and sqlite3.sqlite_version_info < (3, 35):
        return [Error(f"Parley needs SQLite 3.35 or newer; this is {sqlite3.sqlite_version}.", id="forum.E002")]
    return []
