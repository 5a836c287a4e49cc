"""Which services this machine has. REQUIRE_SERVICES=1 turns a missing one into a failure."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
# The headless shell is the same engine without windows, for less than half of the processor's time.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
NODE = os.environ.get("NODE") or shutil.which("node") or ""
JAVA = os.environ.get("JAVA") or shutil.which("java") or ""
_jar = ROOT / "tests/validator/node_modules/vnu-jar/build/dist/vnu.jar"  # `make validator` fetches it
VALIDATOR = str(_jar) if JAVA and _jar.exists() else ""
POSTGRES_URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/5")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def next_redis_url() -> str:
    """The database after that of Redis, for tests at the same time: each empties its own."""
    parts = urlsplit(REDIS_URL)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}").geturl()


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
