"""Which services this machine has. REQUIRE_SERVICES=1 turns a missing one into a failure."""

from __future__ import annotations

import os
import re
import shutil

import psycopg
import redis

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
POSTGRES_URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/5")
NEXT_REDIS_URL = re.sub(r"\d+$", lambda number: str(int(number[0]) + 1), REDIS_URL)  # two parts of the tests at once


def has_postgres() -> bool:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def has_redis() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False
