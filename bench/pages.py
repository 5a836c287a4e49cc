"""How long the server needs for the page of a large thread, first made and then from its cache.

Makes a database of its own in a temporary folder and asks the real application, without network.
Run it with `make bench`; figures mean something only beside others of the same run.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory(prefix="parley-bench-")
os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{Path(FOLDER.name) / 'bench.sqlite3'}")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")

import django  # noqa: E402 - settings read the environment that the lines above prepare

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from forum.actions.imports import import_opening, import_reply, seed_of  # noqa: E402
from forum.actions.people import placeholder  # noqa: E402
from forum.actions.planting import Seed  # noqa: E402
from forum.models import Comment, Event, Theme  # noqa: E402

SIZES = [int(size) for size in sys.argv[1:]] or [1, 30, 1000]
WHOLE = "?all=1"  # threads too long for one page are asked for their first
ROUNDS = 15
TEXT = "An argument with *emphasis*, a [link](https://example.org/) and enough words to fill two lines. " * 4


def thread_of(theme: Theme, size: int) -> Comment:
    """A thread with `size` comments, in chains of ten."""
    people = [placeholder(f"bench:{n}", name=f"Person {n}", group="civil") for n in range(20)]
    opening = parent = import_opening(theme, f"A thread of {size}", seed(theme, f"{size}:0", people[0]))
    for n in range(1, size):
        parent = import_reply(opening if n % 10 == 1 else parent, seed(theme, f"{size}:{n}", people[n % 20]))
    return opening


def seed(theme: Theme, origin: str, author: object) -> Seed:
    return seed_of(theme, origin, author=author, source=TEXT, written_at=timezone.now(), is_public=True)


def median_ms(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    times = []
    for _ in range(ROUNDS):
        before()
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    call_command("migrate", verbosity=0)
    now = timezone.now()
    times = {"starts_at": now, "ends_at": now + timedelta(days=1), "opens_at": now}
    event = Event.objects.create(slug="bench", title="Bench", place="-", **times)
    theme = Theme.objects.create(event=event, letter="B", slug="b", title="B", position=1)
    client = Client(headers={"Host": settings.SITE_HOST})
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {connection.vendor};")
    print(f"median of {ROUNDS} requests, milliseconds of server time\n")
    print(f"{'comments':>8} {'kB':>6} {'made anew':>10} {'from cache':>11} {'304':>6}")
    for size in SIZES:
        path = f"/threads/{thread_of(theme, size).thread_id}/{WHOLE}"
        client.get(path)
        anew = median_ms(lambda path=path: client.get(path), before=cache.clear)
        page = client.get(path)
        cached = median_ms(lambda path=path: client.get(path))
        tag = {"If-None-Match": page["ETag"]}
        unchanged = median_ms(lambda path=path, tag=tag: client.get(path, headers=tag))
        print(f"{size:>8} {len(page.content) / 1000:>6.0f} {anew:>10.1f} {cached:>11.1f} {unchanged:>6.1f}")


if __name__ == "__main__":
    main()
    FOLDER.cleanup()
