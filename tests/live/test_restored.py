"""A database that was restored under running servers, and has counted past what pages have seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from forum.models import Theme
from tests.live.followers import Crowd
from tests.server import running
from tests.support.readers import EventsReader, PollingReader, Reader

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "sqlite" not in settings.DATABASES["default"]["ENGINE"],
        reason="puts a file of SQLite back; the property test asks the same of any database",
    ),
]

WITHIN = 30.0  # seconds: a feed looks every five, a page asks by polling and loads itself anew


def back_up(file: Path) -> Callable[[], None]:
    """Keeps the database as it is; what comes back puts it back, as somebody would who restores a backup."""
    here = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(here)) as now, closing(sqlite3.connect(file)) as kept:
        now.backup(kept)

    def restore() -> None:
        connection.close()
        with closing(sqlite3.connect(file)) as kept, closing(sqlite3.connect(here, timeout=20)) as now:
            kept.backup(now)

    return restore


@pytest.mark.parametrize("counts_on", [0, 3, 5, 8])
def test_followers_of_a_restored_database_show_what_it_holds(theme, thread, say, tmp_path, counts_on):
    kept = say("ben", "This was said before the backup.", to=thread.opening)
    with running() as server, Crowd(server, thread) as crowd:
        for kind in (Reader, EventsReader, PollingReader):
            crowd.join(3, kind)
        restore = back_up(tmp_path / "backup.sqlite3")
        for n in range(5):
            say("ada", f"LOST {n}", to=kept)
        crowd.end_equal(theme, within=WITHIN)
        assert "LOST" in shown(crowd)
        crowd._do(crowd.load())  # now the server keeps what it rendered for these revisions, too
        restore()
        for n in range(counts_on):
            say("ada", f"Written anew {n}", to=thread.opening)
        assert Theme.objects.get(pk=theme.pk).revision == 2 + counts_on, "fewer, as many and more than pages have seen"
        crowd.end_equal(theme, within=WITHIN)
        assert "LOST" not in shown(crowd)
        assert min(reader.loads for reader in crowd.followers) >= 1


def shown(crowd: Crowd) -> Any:
    return repr([reader.state for reader in crowd.followers])
