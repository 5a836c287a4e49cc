"""Spam check outside Parley: asked about newcomers only, in time or not at all, and a moderator reads the rest."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision
from forum.models import Comment
from forum.moderation.actions.moderation import lock_thread
from forum.moderation.actions.review import review_comment
from tests.factories import make_person, new_key

pytestmark = pytest.mark.django_db


class Service(ThreadingHTTPServer):
    """A service that answers what it is told to, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.answer, self.wait, self.drip = 200, b"false", 0.0, 0.0
        self.asked: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/1.1/comment-check"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append({name: values[0] for name, values in parse_qs(body).items()})
        time.sleep(self.server.wait)
        try:
            self.send_response(self.server.status)
            self.send_header("Content-Length", str(len(self.server.answer)))
            self.end_headers()
            for byte in self.server.answer:
                self.wfile.write(bytes([byte]))
                time.sleep(self.server.drip)
        except OSError:
            return  # whoever asked has gone

    def log_message(self, *args: object) -> None:
        """Not into the test's output."""


@pytest.fixture
def service(settings, monkeypatch, thread) -> Iterator[Service]:
    """Set up once ada's thread is there."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Service()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    settings.AKISMET_KEY, settings.AKISMET_URL = "the-key", server.url
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def send(cast, thread):
    def post(who, source="Hello everybody.", **fields):
        words = {"source": source, "key": new_key()} | fields
        headers = {"User-Agent": "Browser of a newcomer"}
        return cast.client(who).post(f"/comments/{thread.opening_id}/reply/", words, headers=headers)

    return post


def reasons_of_last() -> list[tuple[str, int]]:
    comment = Comment.objects.latest("pk")
    return [] if comment.is_public else [(each["kind"], each["number"]) for each in comment.hold.reasons]


def test_a_newcomers_text_is_asked_about_and_nothing_else_of_them_goes_out(service, send, settings):
    assert send("ben", "Hello *everybody*.").status_code == 302
    assert reasons_of_last() == []
    assert service.asked == [
        {
            "api_key": "the-key",
            "blog": settings.SITE_URL,
            "blog_charset": "UTF-8",
            "user_ip": "127.0.0.1",
            "user_agent": "Browser of a newcomer",
            "comment_type": "comment",
            "comment_author": "Ben",
            "comment_content": "Hello *everybody*.",
        }
    ]


def test_what_it_finds_suspicious_waits_and_the_writer_reads_why(service, send, cast, thread):
    service.answer = b"true"
    send("ben")
    assert reasons_of_last() == [("checker", 1)]
    assert (
        "The spam check marked it as suspicious." in cast.client("ben").get(f"/threads/{thread.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("status", "answer"), [(200, b"invalid"), (200, b""), (200, b"<html>"), (500, b"false"), (403, b"true")]
)
def test_what_is_no_answer_makes_a_moderator_read_it(service, send, cast, thread, status, answer):
    service.status, service.answer = status, answer
    send("ben")
    assert reasons_of_last() == [("checker", 0)]
    assert "could not be reached" in cast.client("ben").get(f"/threads/{thread.pk}/").content.decode()


@pytest.mark.parametrize(("wait", "drip"), [(5.0, 0.0), (0.0, 0.9)])
def test_nobody_waits_longer_than_two_seconds(service, send, wait, drip):
    """Also where every byte comes in time: 4.5 seconds for five of them."""
    service.wait, service.drip = wait, drip
    began = time.monotonic()
    send("ben")
    assert 1.9 < time.monotonic() - began < 3.5
    assert reasons_of_last() == [("checker", 0)]


def test_a_service_that_is_away_or_speaks_no_http_makes_a_moderator_read_it(service, send, settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.AKISMET_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        send("ben")
    assert reasons_of_last() == [("checker", 0)]
    with socket.create_server(("127.0.0.1", 0)) as babble:
        settings.AKISMET_URL = f"http://127.0.0.1:{babble.getsockname()[1]}/"
        thread = threading.Thread(target=_babble, args=[babble])
        thread.start()
        send("ben", "Hello again.")
        thread.join()
    assert reasons_of_last() == [("checker", 0)]


def _babble(server: socket.socket) -> None:
    line, _ = server.accept()
    with line:
        line.recv(4096)
        line.sendall(b"\x00\xff220 mail.example ESMTP\r\n")


def test_nobody_else_is_asked_about(service, send, event, cast, thread, say):
    send("mo")
    send("olga")
    send("ada", "Ada's opening was published before.")
    assert service.asked == []
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    send("ben", "A moderator reads this anyway.")
    assert service.asked == []
    assert reasons_of_last() == [("everybody", 0)]
    review_comment(
        Comment.objects.latest("pk"), Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now()
    )
    event.hold_rules = {}
    event.save(update_fields=["hold_rules"])
    send("ben", "By now ben is known.")
    assert service.asked == []


def test_what_will_be_refused_is_not_sent_out(service, send, cast, thread):
    cast.new = make_person("new", verified=False)
    assert send("new").status_code == 403
    lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())
    assert send("ben").status_code == 409
    assert service.asked == []


def test_without_a_key_nobody_is_asked_and_nothing_is_looked_up(service, send, settings, cast):
    settings.AKISMET_KEY = ""
    client = cast.client("ben")
    client.get("/")
    with CaptureQueriesContext(connection) as without:
        send("ben")
    assert service.asked == []
    settings.AKISMET_KEY = "the-key"
    Comment.objects.filter(author=cast.ben).update(status="withdrawn")
    with CaptureQueriesContext(connection) as with_it:
        send("ben", "Hello again.")
    # Nothing published yet, no trust; that there is no role is known.
    assert len(with_it) == len(without) + 2
    assert len(service.asked) == 1


def test_no_lock_is_held_while_the_service_thinks(service, send, monkeypatch):
    """SQLite's writers and PostgreSQL's readers of the thread go on meanwhile: the question comes before any BEGIN."""
    open_then: list[bool] = []
    handle = Handler.do_POST

    def note(handler: Handler) -> None:
        open_then.append(any(query["sql"].startswith(("INSERT", "UPDATE")) for query in seen.captured_queries))
        handle(handler)

    monkeypatch.setattr(Handler, "do_POST", note)
    with CaptureQueriesContext(connection) as seen:
        send("ben")
    assert open_then == [False]


def test_newcomers_are_told_who_gets_their_text_and_others_are_not(service, cast, thread):
    said = "An external spam check (127.0.0.1) checks your first comments."
    for who, is_told in (("ben", True), ("ada", False), ("mo", False)):
        assert (said in cast.client(who).get(f"/threads/{thread.pk}/").content.decode()) == is_told, who
