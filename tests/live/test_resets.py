"""Two processes, eight writers, followers on every kind of connection, and resets between any two texts.

RESETS_MINUTES=20 and RESETS_SEED=7 play it longer and with other chances.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

import pytest
from django.db.models import Count

from forum.dialogue.queries import changes
from forum.models import Comment
from tests.live.followers import Crowd
from tests.live.resetting_proxy import ResettingProxy
from tests.live.writers import Writer
from tests.server import running
from tests.support.readers import EventsReader, PollingReader, Reader

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not os.environ.get("REDIS_URL") or not os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="asks how followers live with PostgreSQL and Redis",
    ),
]

MINUTES = float(os.environ.get("RESETS_MINUTES", "2"))
SEED = int(os.environ.get("RESETS_SEED", "5"))
WRITERS = 8
OF_EACH_KIND = 6
EVERY = 0.4  # seconds between two resets, about
PER_MINUTE = 100  # resets, at least: in twenty minutes two thousand
PAUSE = (0.2, 1.8)  # seconds between two acts of a writer
WITHIN = 15.0  # seconds after the last write


def test_followers_whose_connections_are_reset_again_and_again_end_equal(theme, thread, cast, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 1_000_000)  # of this process alone, which looks at everything at the end
    with ExitStack() as ends:
        server = ends.enter_context(running(WEB_CONCURRENCY="2"))
        proxy = ends.enter_context(ResettingProxy(server.port, seed=SEED, every=EVERY))
        crowd = ends.enter_context(Crowd(server, thread, port=proxy.port, keeps=False))
        for kind in (Reader, EventsReader, PollingReader):
            crowd.join(OF_EACH_KIND, kind)
        writers = [Writer(thread, cast, seed=SEED + n, pause=PAUSE) for n in range(WRITERS)]
        for writer in writers:
            # New comments are the smaller part: pages of some hundred comments show more of what can go wrong.
            writer.acts = {writer.post: 3, writer.hold: 1, writer.judge: 1, writer.edit: 6, writer.remove: 4,
                           writer.restore: 4}  # fmt: skip
            ends.enter_context(writer)
        time.sleep(MINUTES * 60)
        for writer in writers:
            writer.stop()
        proxy.leave_alone()
        crowd.end_equal(theme, within=WITHIN)
        done = sum(sum(writer.done.values()) for writer in writers)
        loads = sum(reader.loads for reader in crowd.followers)
        connects = sum(reader.connects for reader in crowd.followers)
        gaps = sum(reader.gaps for reader in crowd.followers)
    states = Comment.objects.filter(theme=theme).values_list("status").annotate(Count("pk")).order_by()
    print(f"seed {SEED}: {proxy.resets} resets, {connects} connections, {loads} pages loaded anew, {done} acts, "
          f"comments: {dict(states)}, 0 differences")  # fmt: skip
    assert gaps == 0, "on one connection everything follows on what came before"
    assert proxy.resets >= PER_MINUTE * MINUTES
    assert done > 60 * MINUTES
