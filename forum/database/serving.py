"""What a process does about its database that serves people, unlike one that migrates or imports."""

from __future__ import annotations

import sqlite3
from typing import Any

from django.conf import settings
from django.db import connection

from forum.database.postgresql.base import Connection

_kept_open: list[Any] = []


def begin() -> None:
    """Sets an end to what people wait for. On SQLite it keeps the database open, so that a full disk stops no reader:
    whoever closes it last deletes the log beside it, and whoever opens it next would have to make that anew."""
    if connection.vendor == "sqlite":
        kept = sqlite3.connect(settings.DATABASES["default"]["NAME"], check_same_thread=False)
        kept.execute("PRAGMA journal_mode = WAL")
        kept.execute("SELECT count(*) FROM sqlite_master").fetchall()
        _kept_open.append(kept)
        return
    Connection.statements_within = settings.DATABASE_TIMEOUT
    # Connections opened earlier are in the pool without this timeout, so the pool goes. connection.close() is not
    # allowed here: servers import this module inside an event loop.
    connection.close_pool()  # type: ignore[attr-defined]
