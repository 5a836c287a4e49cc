"""Pages that are kept for readers without an account: never older than the question, in any process."""

from __future__ import annotations

import http.client
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread as Worker
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.actions.summaries import write_summary
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.models import Comment, CommentVersion, Event, Theme, Thread
from forum.moderation.actions.moderation import hide_version, remove_comment, restore_comment
from forum.pages.web.public import PAGE_TYPES
from tests.browser.changes_table import TABLE, Stage, make_stage
from tests.factories import make_theme, open_thread
from tests.server import Server, database_url, running
from tests.support.line import Line, around

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 4
MAIN = 6  # pages that every process is asked for
TOGGLES = 12


@pytest.fixture(scope="module")
def servers(django_db_setup: None) -> Iterator[list[Server]]:
    with ExitStack() as opened:
        yield [opened.enter_context(running(SITE_URL=settings.SITE_URL)) for _ in range(PROCESSES)]


@pytest.fixture
def stage(event: Event, theme: Theme, cast: Any) -> Stage:
    return make_stage(theme, make_theme(event), cast)


class Reader:
    """Somebody without an account, on one connection to one server."""

    def __init__(self, server: Server) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.line.request(method, path, headers={"Host": settings.SITE_HOST} | given)
        answer = self.line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@contextmanager
def readers_of(servers: list[Server]) -> Iterator[list[Reader]]:
    with ExitStack() as opened:
        readers = [Reader(server) for server in servers]
        for reader in readers:
            opened.enter_context(closing(reader.line))
        yield readers


@contextmanager
def asked_without_pause(
    servers: list[Server], path: str, note: Callable[[float, float, bytes], None]
) -> Iterator[None]:
    """While this lasts, somebody asks each server for a page again and again."""
    over, failures = Signal(), []

    def ask(server: Server) -> None:
        try:
            with readers_of([server]) as (reader,):
                while not over.is_set():
                    begun = time.monotonic()
                    body = reader.get(path)[2]
                    note(begun, time.monotonic(), body)
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)

    workers = [Worker(target=ask, args=[server]) for server in servers]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        over.set()
        for worker in workers:
            worker.join()
    assert failures == []


def paths_of(stage: Stage) -> list[str]:
    """One page of each type, and those that the acts of the table change most."""
    event, theme = f"/{stage.theme.event.slug}/", f"/{stage.theme.event.slug}/{stage.theme.slug}/"
    thread = f"/threads/{stage.thread.pk}/"
    main = [event, theme, thread, f"/comments/{stage.first.pk}/", f"{event}live/", f"{thread}feed.atom"]
    others = ["/", f"{event}feed.json", f"{event}live/screen/", f"{event}live/?theme={stage.theme.code}"]
    others += [f"{theme}feed.atom", f"{theme}?sort=activity", f"{thread}?sort=support", f"{thread}branches/"]
    return main + others + [f"/comments/{comment.pk}/" for comment in (stage.second, stage.answer)]


def as_django_makes_it(path: str) -> tuple[int, str, bytes]:
    answer: Any = Client(headers={"Host": settings.SITE_HOST}).get(path)
    return answer.status_code, answer.headers.get("Location", ""), answer.content


def assert_right(reader: Reader, path: str, before: tuple[int, str, bytes], what: str) -> None:
    """The answer is what Django makes of the page around that moment: the servers do what is due meanwhile."""
    status, headers, body = reader.get(path)
    answer = (status, headers.get("location", ""), body)
    assert answer in (before, as_django_makes_it(path) if answer != before else before), f"{what}: {path}"


def test_the_first_answer_after_any_change_shows_it(servers: list[Server], stage: Stage):
    """Main pages from each process, some of the others from one in turn; all were asked before, and so are kept."""
    paths = paths_of(stage)
    main, others = paths[:MAIN], paths[MAIN:]
    with readers_of(servers) as readers, asked_without_pause(servers[:1], main[0], lambda *_: None):
        for reader in readers:
            for path in paths:
                reader.get(path)
        for turn, row in enumerate(TABLE):
            row.do(stage)
            cache.clear()
            for path in main + [others[(turn + n) % len(others)] for n in range(3)]:
                wanted = as_django_makes_it(path)
                for reader in readers if path in main else [readers[turn % PROCESSES]]:
                    assert_right(reader, path, wanted, row.name)


def test_nobody_is_sent_a_removed_text_after_the_decision(servers: list[Server], stage: Stage):
    stage.first.refresh_from_db()
    path, text = f"/threads/{stage.thread.pk}/", b"The first branch."
    seen: list[tuple[float, float, bool]] = []
    spans: list[tuple[float, float]] = []  # in which it is surely hidden
    decide = {"by": stage.cast.mo, "reason": "It is fair.", "seen": SKIP_CHECK}
    with asked_without_pause(servers, path, lambda begun, ended, body: seen.append((begun, ended, text in body))):
        for _ in range(TOGGLES):
            remove_comment(stage.fresh(stage.first), now=timezone.now(), **decide)
            hidden_since = time.monotonic()
            until = hidden_since + 20
            while sum(begun >= hidden_since for begun, _, _ in seen[-50:]) < 2 * PROCESSES and time.monotonic() < until:
                time.sleep(0.01)
            hidden_until = time.monotonic()
            restore_comment(stage.fresh(stage.first), now=timezone.now(), **decide)
            spans.append((hidden_since, hidden_until))
            time.sleep(0.1)
    inside = [shown for begun, ended, shown in seen if any(since <= begun and ended < until for since, until in spans)]
    assert len(inside) > TOGGLES, "the readers were not fast enough to ask in between"
    assert not any(inside)
    assert any(shown for _, _, shown in seen)


def soon() -> Any:
    return timezone.now() + timedelta(seconds=2)


@pytest.mark.parametrize(
    "plan",
    [
        lambda stage, at: Event.objects.update(opens_at=at),
        lambda stage, at: Event.objects.update(closes_at=at),
        lambda stage, at: Event.objects.update(ends_at=at, starts_at=at - timedelta(hours=1)),
        lambda stage, at: Theme.objects.filter(pk=stage.theme.pk).update(closes_at=at),
        lambda stage, at: Thread.objects.filter(pk=stage.thread.pk).update(closes_at=at),
    ],
    ids=["the event opens", "the event closes", "the event ends", "a theme closes", "a thread closes"],
)
def test_the_clock_alone_changes_pages_at_that_moment(servers: list[Server], stage: Stage, plan: Any):
    moment = soon()
    plan(stage, moment)
    paths = paths_of(stage)[:5]
    with readers_of(servers) as readers:
        before = {path: readers[n % PROCESSES].get(path)[2] for n, path in enumerate(paths)}
        while (left := (moment - timezone.now()).total_seconds()) > 0:
            time.sleep(left)
        for n, path in enumerate(paths):
            wanted = as_django_makes_it(path)
            assert_right(readers[n % PROCESSES], path, wanted, "after the moment")
            before[path] = before[path] != wanted[2]
    assert any(before.values()), "no page depends on this moment"


def test_an_answer_says_the_same_in_every_form(servers: list[Server], stage: Stage):
    path = f"/threads/{stage.thread.pk}/"
    with readers_of(servers[:1]) as (reader,):
        _, first, plain = reader.get(path)
        _, again, same = reader.get(path)
        assert (first, plain) == (again, same) or first.pop("date") != again.pop("date")
        status, headers, body = reader.get(path, If_None_Match=first["etag"])
        assert (status, body) == (304, b"")
        assert headers["etag"] == first["etag"]
        assert headers["vary"] == first["vary"]
        assert "content-security-policy" in headers
        assert "content-length" not in headers
        status, headers, body = reader.ask("HEAD", path)
        assert (status, body, headers["content-length"]) == (200, b"", str(len(plain)))
        assert reader.get(path, If_None_Match='W/"another"')[0] == 200
        assert reader.get(path, Accept_Encoding="gzip;q=0.5, br")[1]["content-encoding"] == "br"
        assert reader.get(path, Accept_Encoding="gzip, br;q=0")[1]["content-encoding"] == "gzip"
        assert "content-encoding" not in reader.get(path, Accept_Encoding="*;q=0")[1]


def test_who_has_an_account_gets_a_page_of_their_own(servers: list[Server], stage: Stage):
    path = f"/threads/{stage.thread.pk}/"
    session = stage.cast.client("ada").cookies["sessionid"].value
    with readers_of(servers[:1]) as (reader,):
        anonymous = reader.get(path)[2]
        known = reader.get(path, Cookie=f"a=b; sessionid={session}")[2]
        assert b"Log out" in known
        assert b"Log out" not in anonymous
        assert reader.get(path)[2] == anonymous


def test_a_comment_that_leaves_its_thread_leads_on(servers: list[Server], stage: Stage):
    """A page that is none any more is not answered from memory."""
    with readers_of(servers[:1]) as (reader,):
        path = f"/comments/{stage.answer.pk}/"
        assert reader.get(path)[0] == 200
        Comment.objects.filter(pk=stage.answer.pk).update(status="held", in_public_tree=False, published_at=None)
        Theme.objects.filter(pk=stage.theme.pk).update(stamp=1)
        assert reader.get(path)[0] == as_django_makes_it(path)[0] == 404


def test_every_page_type_is_asked_for():
    """A new page type belongs into paths_of()."""
    assert set(PAGE_TYPES) == {
        "home", "event", "event_feed", "wall", "screen", "theme", "theme_feed", "thread", "thread_feed", "branches",
        "comment",
    }  # fmt: skip


def test_a_kept_page_is_not_shown_while_the_database_is_away(stage: Stage, tmp_path: Path):
    """Nobody could tell then whether it is still right."""
    path = f"/threads/{stage.thread.pk}/"
    with ExitStack() as opened:
        go, come_back, url = opened.enter_context(a_database_that_goes(tmp_path))
        server = opened.enter_context(running(SITE_URL=settings.SITE_URL, DATABASE_URL=url))
        (reader,) = opened.enter_context(readers_of([server]))
        assert reader.get(path)[0] == reader.get(path)[0] == 200
        go()
        assert reader.get(path)[0] >= 500
        come_back()
        until = time.monotonic() + 20
        while (status := reader.get(path)[0]) != 200 and time.monotonic() < until:
            time.sleep(0.2)
        assert status == 200


@contextmanager
def a_database_that_goes(folder: Path) -> Iterator[tuple[Callable[[], Any], Callable[[], Any], str]]:
    """What takes it away, what brings it back, and where it is."""
    if connection.vendor == "sqlite":
        here, away = folder / "here.sqlite3", folder / "away.sqlite3"
        connection.close()
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as now, closing(sqlite3.connect(here)) as copy:
            now.backup(copy)
        yield lambda: here.rename(away), lambda: away.rename(here), f"sqlite:///{here}"
        return
    config = connection.settings_dict
    with Line(config["HOST"], int(config["PORT"] or 5432)) as line:
        yield line.cut, line.mend, around(database_url(), line)


def hide_first_version(stage: Stage) -> str:
    """Somebody cites the text before it was edited, which then is hidden."""
    edit_comment(stage.fresh(stage.first), by=stage.cast.ben, source="Put better.", now=timezone.now())
    return f"/comments/{stage.first.pk}/?version=1"


def name_elsewhere(stage: Stage) -> str:
    """A summary names a comment under another theme."""
    elsewhere = open_thread(stage.other, stage.cast.ben, "Elsewhere")
    points = {"agreed": [{"text": "Both agree.", "comments": [elsewhere.pk]}]}
    write_summary(stage.thread, points=points, base=0, by=stage.cast.mo, now=timezone.now())
    return f"/threads/{stage.thread.pk}/"


@pytest.mark.parametrize("begin", [hide_first_version, name_elsewhere])
def test_what_moves_no_row_of_its_own_theme_is_right_at_once(servers: list[Server], stage: Stage, begin: Any):
    path = begin(stage)
    with readers_of(servers) as readers:
        kept = [reader.get(path)[2] for reader in readers]
        if begin is hide_first_version:
            version = CommentVersion.objects.get(comment=stage.first, number=1)
            stage.decided(hide_version, version)
        else:
            opening = Comment.objects.get(theme=stage.other)
            stage.decided(remove_comment, opening)
        cache.clear()
        wanted = as_django_makes_it(path)
        assert wanted[2] not in kept
        for reader in readers:
            assert_right(reader, path, wanted, begin.__name__)


def test_a_header_that_is_too_long_to_read_here_is_left_to_django(servers: list[Server], stage: Stage):
    path = f"/threads/{stage.thread.pk}/"
    with readers_of(servers[:1]) as (reader,):
        wanted = reader.get(path)[2]
        assert reader.get(path, If_None_Match='"a",' * 3_000)[2] == wanted
        assert reader.get(path, Cookie="a=" + "b" * 6_000)[2] == wanted


def test_requests_that_arrive_together_are_answered_one_by_one(servers: list[Server], stage: Stage):
    """The second is begun while the first ends, and must not inherit its thread: findings/uvicorn-pipelined-context."""
    paths = ["/static/css/base.css", f"/live/themes/{stage.theme.pk}/?since=0&stamp=0", f"/threads/{stage.thread.pk}/"]
    asked = "".join(f"GET {path} HTTP/1.1\r\nHost: {settings.SITE_HOST}\r\n\r\n" for path in paths[:-1])
    asked += f"GET {paths[-1]} HTTP/1.1\r\nHost: {settings.SITE_HOST}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", servers[0].port), timeout=30) as line:
        line.sendall(asked.encode())
        with line.makefile("rb") as answers:
            got = answers.read()
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200"] * len(paths)
