"""Settings that would lose messages are refused before the server starts."""

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
