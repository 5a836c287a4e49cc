"""What monitors and proxies ask: is the process alive, and can it serve? Plain ASGI, before Django and its middleware.

Anybody may ask, so the answer is one word, and however many ask, the database is looked at once a second.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Timer
from typing import Any

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from forum.http.edge import respond
from forum.kernel import schema

HEALTH_AT, READY_AT = ("/healthz", "/healthz/"), ("/readyz", "/readyz/")
HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
WITHIN = 1.8  # seconds for an answer, whatever does not answer us
CONNECT_WITHIN = 1  # seconds
KEPT = 1.0  # seconds
SOON = {"connect_timeout": 2}  # seconds, as few as libpq knows

logger = logging.getLogger(__name__)


async def health(scope: Any, receive: Any, send: Any) -> None:
    """`GET /healthz`: 200 as long as the process runs. It asks nobody."""
    await _answer(scope, send, is_well=True)


async def ready(scope: Any, receive: Any, send: Any) -> None:
    """`GET /readyz`: 200 if the database answers, has the migrations of this version, and Redis answers; else 503."""
    await _answer(scope, send, is_well=await _readiness.is_ready())


async def _answer(scope: Any, send: Any, *, is_well: bool) -> None:
    if scope["method"] not in {"GET", "HEAD"}:
        return await respond(scope, send, 405, [*HEADERS, (b"allow", b"GET, HEAD")], b"")
    status, word = (200, b"ok\n") if is_well else (503, b"not ready\n")
    await respond(scope, send, status, HEADERS, b"" if scope["method"] == "HEAD" else word)


def database_is_ready() -> bool:
    """By a connection of its own: the pool may be empty because people wait for it."""
    own: Any = connection.copy()
    try:
        have = _from_postgresql(own) if own.vendor == "postgresql" else _from_sqlite(own)
    except (DatabaseError, own.Database.Error, OSError) as error:
        logger.debug("The database is not ready: %s", error)
        return False
    return schema.compare(have).is_current


def _from_sqlite(own: Any) -> frozenset[schema.Name]:
    if not Path(own.settings_dict["NAME"]).is_file():
        return frozenset()  # SQLite would make an empty one
    own.settings_dict["OPTIONS"]["timeout"] = CONNECT_WITHIN
    with closing(own):
        return schema.applied(own)


def _from_postgresql(own: Any) -> frozenset[schema.Name]:
    own.settings_dict["OPTIONS"].pop("pool", None)
    with own.Database.connect(**own.get_connection_params() | SOON, autocommit=True) as opened:
        end = Timer(WITHIN, _cut, [opened.fileno()])
        end.start()
        try:
            return frozenset(opened.execute(schema.APPLIED).fetchall())
        finally:
            end.cancel()
            end.join()


def _cut(descriptor: int) -> None:
    """Closes a connection whose server does not answer, so that the next check can start."""
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as opened:
        opened.shutdown(socket.SHUT_RDWR)


def redis_is_ready() -> bool:
    if not settings.REDIS_URL:
        return True
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=CONNECT_WITHIN, socket_timeout=CONNECT_WITHIN
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError) as error:
        logger.debug("Redis is not ready: %s", error)
        return False


class Readiness:
    """One look at a time, for all who ask meanwhile. One that hangs is not joined by others."""

    def __init__(self, *looks: Callable[[], bool]) -> None:
        self.looks = looks
        self.workers = ThreadPoolExecutor(len(looks), thread_name_prefix="readiness")
        self.running: asyncio.Future[list[bool | BaseException]] | None = None
        self.known_until, self.is_well = 0.0, False

    async def is_ready(self) -> bool:
        if time.monotonic() < self.known_until:
            return self.is_well
        if self.running is None or self.running.done():
            loop = asyncio.get_running_loop()
            looking = [loop.run_in_executor(self.workers, look) for look in self.looks]
            self.running = asyncio.gather(*looking, return_exceptions=True)
        try:
            said = await asyncio.wait_for(asyncio.shield(self.running), WITHIN)
        except TimeoutError:
            return False
        self.is_well = all(answer is True for answer in said)
        self.known_until = time.monotonic() + KEPT
        return self.is_well


_readiness = Readiness(database_is_ready, redis_is_ready)
