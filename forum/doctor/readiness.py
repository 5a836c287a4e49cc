"""What keeps Parley from serving: each function looks at one thing and returns its problems, none if all is well.

A problem is one sentence that says what is wrong, and what to do about it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.checks import run_checks
from django.db import Error as DatabaseError
from django.db import connection

from forum.kernel import schema

CONNECT_TIMEOUT = 5  # seconds


def setting_problems() -> list[str]:
    """Settings that would lose messages or worse."""
    return [f"A setting is wrong: {problem.msg}" for problem in run_checks() if problem.is_serious()]


def database_problems() -> list[str]:
    """A database that cannot be reached or written."""
    name = str(settings.DATABASES["default"]["NAME"])
    driver: Any = connection.Database  # type: ignore[attr-defined]
    try:
        if connection.vendor == "sqlite":
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            with connection.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE")  # fails on a file that cannot be written
                cursor.execute("ROLLBACK")
            return []
        # One plain connection: the pool would wait, and report every attempt.
        params = connection.get_connection_params() | {"connect_timeout": CONNECT_TIMEOUT}
        driver.connect(**params).close()
    except (DatabaseError, driver.Error, OSError, ValueError) as error:
        return [
            f"The database {name} cannot be used: {_first_line(error)}. Check DATABASE_URL, and that it is running."
        ]
    return []


def present_database_problems() -> list[str]:
    """The same for whoever must not make one: a look at SQLite makes an empty file and its folder."""
    name = str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite" and not os.path.lexists(name):
        return [
            f"The database {name} does not exist. Check DATABASE_URL, or run manage.py migrate if this is a new site."
        ]
    return database_problems()


def future_problems() -> list[str]:
    """A database that a newer version of Parley has changed: this one would not know what it writes into."""
    if not (foreign := schema.compare(schema.applied()).foreign):
        return []
    return [
        f"The database was changed by a newer version of Parley, which has {schema.named(foreign)}. "
        "Install that version again, or restore a backup made by this one."
    ]


def migration_problems() -> list[str]:
    """A database that lacks some of this version's tables or columns."""
    state = schema.compare(schema.applied())
    if state.lost:
        return [schema.too_old(state.lost)]
    if not (pending := state.pending):
        return []
    return [f"The database is not up to date: it lacks {schema.named(pending)}. Run manage.py migrate."]


def file_problems() -> list[str]:
    """A folder for files that cannot be written, or made: the first file makes it."""
    folder = Path(settings.MEDIA_ROOT) / "files"
    try:
        nearest = next(place for place in (folder, *folder.parents) if place.exists())
        with tempfile.TemporaryFile(dir=nearest) as probe:
            probe.write(b"may be written")
    except OSError as error:
        reason = error.strerror or str(error)
        return [f"The files folder {folder} cannot be written: {reason}. Check FILES_FOLDER and its owner."]
    return []


def redis_problems() -> list[str]:
    """A Redis that does not answer as one. One that is only away is another matter: see `redis_is_away`."""
    error = _ask_redis()
    if error is None or _is_away(error):
        return []
    return [f"Redis cannot be used: {_first_line(error)}. Check REDIS_URL."]


def redis_is_away() -> list[str]:
    """A Redis that cannot be reached just now, without which Parley is slower and still serves."""
    error = _ask_redis()
    if error is None or not _is_away(error):
        return []
    return [
        f"Redis cannot be reached: {_first_line(error)}. Live updates are slower and rate limits are off until it "
        "is back. Check REDIS_URL if Redis should be running."
    ]


BEFORE_MIGRATING: tuple[Callable[[], list[str]], ...] = (setting_problems, database_problems, future_problems)
BEFORE_SERVING: tuple[Callable[[], list[str]], ...] = (migration_problems, file_problems, redis_problems)


def _ask_redis() -> Exception | None:
    """Why Redis does not answer, None if it does or is not used."""
    if not settings.REDIS_URL:
        return None
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=CONNECT_TIMEOUT
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        return error
    return None


def _is_away(error: Exception) -> bool:
    """Whether a service is missing at the right address, as after a restart of the machine, rather than a wrong one."""
    if isinstance(error, redis.AuthenticationError):
        return False
    is_refused = "refused" in str(error).lower() or isinstance(error.__cause__, ConnectionRefusedError)
    return is_refused or isinstance(error, redis.TimeoutError | redis.BusyLoadingError)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
