"""Measures one size in one database and prints what it found as JSON."""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402 - models need the settings
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Person  # noqa: E402
from bench.fill import fill, fill_with  # noqa: E402
from forum.dialogue.actions.comments import post_reply  # noqa: E402
from forum.dialogue.actions.reading import mark_read  # noqa: E402
from forum.dialogue.queries.trees import flaws  # noqa: E402
from forum.models import Comment, Theme, Thread  # noqa: E402

ROUNDS = 15
WRITERS, EACH = 16, 40
PROCESSES = 2
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
keys = count()


def measure(work: Callable[[], Any], before: Callable[[], Any] = lambda: None) -> dict[str, float]:
    """The median cost of one call: milliseconds of wall clock and CPU, statements, Python calls, and what it sends."""
    walls, cpus, answer = [], [], None
    before()
    connection.queries_log.clear()  # it holds no more than some thousands, and filling left as many
    with CaptureQueriesContext(connection) as seen:
        work()
    statements = sum(1 for query in seen if not query["sql"].startswith(NOT_COUNTED))
    before()
    calls = calls_of(work)
    for _ in range(ROUNDS):
        before()
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    found = {
        "ms": statistics.median(walls),
        "cpu": statistics.median(cpus),
        "statements": statements,
        "calls": calls,
    }
    if hasattr(answer, "content"):
        found |= {"kB": len(answer.content) / 1000, "zipped": len(gzip.compress(answer.content, 6)) / 1000}
    return found


def calls_of(work: Callable[[], Any]) -> int:
    """How many Python functions are called, which no other load of the machine changes."""
    calls = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def reply(parent: Comment, person: Person) -> Comment:
    return post_reply(
        parent, by=person, source="A reply of a few words.", key=f"bench-key-{next(keys):09}", now=timezone.now()
    )


def write(writer: int, parent_id: int, person_id: int, each: int) -> None:
    """One writer's replies."""
    parent, person = Comment.objects.get(pk=parent_id), Person.objects.get(pk=person_id)
    person.__dict__["is_verified"] = True
    try:
        for turn in range(each):
            key = f"bench-{parent_id:08}-{writer:03}-{each:03}-{turn:05}-{time.monotonic_ns()}"
            post_reply(parent, by=person, source="A reply of a few words.", key=key, now=timezone.now())
    finally:
        connection.close()


def share(jobs: list[tuple[int, int, int, int]]) -> None:
    """What one server process has to write, each writer in a thread of its own."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(write, *zip(*jobs, strict=True)))


def writers(parents: list[int], people: list[int]) -> dict[str, float]:
    """How many replies sixteen writers send in a second, through the actions.

    On PostgreSQL in two processes, as a server there has them; SQLite is for one process.
    """
    jobs = [(writer, parents[writer % len(parents)], people[writer], EACH) for writer in range(WRITERS)]
    if connection.vendor == "sqlite":
        begun = time.perf_counter()
        share(jobs)
        return {"replies/s": WRITERS * EACH / (time.perf_counter() - begun)}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        warm = [(*job[:3], 1) for job in jobs]
        list(pool.map(share, [warm[n::PROCESSES] for n in range(PROCESSES)]))  # their start is not what is measured
        begun = time.perf_counter()
        list(pool.map(share, [jobs[n::PROCESSES] for n in range(PROCESSES)]))
        return {"replies/s": WRITERS * EACH / (time.perf_counter() - begun)}


def main(what: str) -> dict[str, dict[str, float]]:
    """`what` is a size, or a folder of real discussions."""
    call_command("flush", interactive=False, verbosity=0) if connection.vendor == "postgresql" and _is_there() else None
    call_command("migrate", verbosity=0)
    theme = fill(int(what)) if what.isdecimal() else fill_with(Path(what))
    assert next(flaws(), None) is None, "the generated trees are unsound"
    client, known = Client(headers={"Host": settings.SITE_HOST}), Client(headers={"Host": settings.SITE_HOST})
    person = Person.objects.filter(email="p0@example.org").first()
    assert person is not None
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    known.force_login(person)
    mark_read(theme, by=person, numbers=f"1-{theme.revision - 20}", now=timezone.now())
    thread = Thread.objects.order_by("-comment_count", "pk")[0]
    page, event = f"/threads/{thread.pk}/", "/bench/"
    tag = {"If-None-Match": client.get(page)["ETag"]}
    found = {
        "thread, made anew": measure(lambda: client.get(page), before=cache.clear),
        "thread, from the cache": measure(lambda: client.get(page)),
        "thread, unchanged (304)": measure(lambda: client.get(page, headers=tag)),
        "thread, with an account": measure(lambda: known.get(page)),
        "theme": measure(lambda: client.get(f"{event}b/")),
        "theme, with unread counts": measure(lambda: known.get(f"{event}b/")),
        "event, with unread counts": measure(lambda: known.get(event)),
        "search, a rare word": measure(lambda: client.get(f"{event}search/?q=quagga")),
        "search, a word of every text": measure(lambda: client.get(f"{event}search/?q=example")),
        "feed of the event": measure(lambda: client.get(f"{event}feed.atom")),
    }
    person.__dict__["is_verified"] = True
    opening = Comment.objects.get(pk=thread.opening_id)
    deep = Comment.objects.filter(thread=thread).public().order_by("-level")[0]
    found["reply to the opening"] = measure(lambda: reply(opening, person))
    found["reply at the deepest level"] = measure(lambda: reply(deep, person))
    found |= _together(theme, thread)
    assert next(flaws(), None) is None, "the trees did not stay sound"
    return found


def _together(theme: Theme, thread: Thread) -> dict[str, dict[str, float]]:
    people = list(Person.objects.order_by("pk")[:WRITERS])
    for person in people:
        EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, defaults={"primary": True})
    openings = Comment.objects.public().filter(theme=theme, pk__in=Thread.objects.values("opening_id")).order_by("-pk")
    authors = [person.pk for person in people]
    return {
        "16 writers, one thread": writers([thread.opening_id], authors),
        "16 writers, many threads": writers(list(openings.values_list("pk", flat=True)[:WRITERS]), authors),
    }


def _is_there() -> bool:
    return "forum_comment" in connection.introspection.table_names()


if __name__ == "__main__":
    json.dump(main(sys.argv[1]), sys.stdout)
