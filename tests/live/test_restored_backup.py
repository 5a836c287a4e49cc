"""A backup is put back while pages are open: they learn that it is another history, and show what it holds."""

from __future__ import annotations

import pytest

from forum.models import Theme
from tests.backup.archives import back_up, put_back
from tests.live.followers import Crowd
from tests.server import running
from tests.support.readers import EventsReader, PollingReader, Reader

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("folder")]

WITHIN = 30.0  # seconds: a feed looks every five, a page asks by polling and loads itself anew
LOST = 3


def test_open_pages_show_what_a_restored_backup_holds(theme, thread, say, tmp_path):
    kept = say("ben", "This was said before the backup.", to=thread.opening)
    with running() as server, Crowd(server, thread) as crowd:
        for kind in (Reader, EventsReader, PollingReader):
            crowd.join(2, kind)
        archive = back_up(tmp_path / "parley.tar.gz")
        for n in range(LOST):
            say("ada", f"LOST {n}", to=kept)
        crowd.end_equal(theme, within=WITHIN)
        assert "LOST" in shown(crowd)
        put_back(archive, "--replace")
        for n in range(LOST):  # as many revisions as pages have seen, of another history
            say("ada", f"Written anew {n}", to=thread.opening)
        assert Theme.objects.get(pk=theme.pk).revision == 2 + LOST
        crowd.end_equal(theme, within=WITHIN)
        assert "LOST" not in shown(crowd)
        assert min(reader.loads for reader in crowd.followers) >= 1


def shown(crowd: Crowd) -> str:
    return repr([reader.state for reader in crowd.followers])
