"""Django in its kept threads: one thread for a request, its connection kept, its answer whole."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from forum.http import handler
from forum.http.handler import Handler, Threads

SCOPE = {
    "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": [],
    "scheme": "http", "root_path": "", "http_version": "1.1", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9),
}  # fmt: skip


class Answering(Handler):
    """Answers with a function instead of the site's pages."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def get_response(self, request: HttpRequest) -> Any:
        return self.answer(request)


async def ask(application: Any) -> list[Any]:
    """What it sends to one request."""
    sent: list[Any] = []
    come = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if come:
            return come.pop()
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    await asyncio.wait_for(application(SCOPE, receive, send), 10)
    return sent


def test_requests_one_after_the_other_share_a_thread_and_its_connection(db: Any) -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen.append((threading.get_ident(), id(connection.connection)))
        return HttpResponse(b"here")

    async def twice() -> list[Any]:
        application = Answering(answer)
        return [await ask(application), await ask(application)]

    for sent in asyncio.run(twice()):
        assert b"".join(message.get("body", b"") for message in sent) == b"here"
    (first, its), (second, kept) = seen
    assert first == second != threading.get_ident()
    if connection.vendor == "sqlite":
        assert its == kept


def test_requests_at_the_same_time_have_a_thread_each() -> None:
    meeting = threading.Barrier(3)

    def answer(request: HttpRequest) -> HttpResponse:
        meeting.wait(10)
        return HttpResponse()

    async def together() -> list[Any]:
        application = Answering(answer)
        return await asyncio.gather(*[ask(application) for _ in range(3)])

    assert [sent[0]["status"] for sent in asyncio.run(together())] == [200, 200, 200]


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_a_long_answer_is_closed_once_it_is_sent() -> None:
    ends: list[str] = []

    def answer(request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(iter([b"a", b"b"]))
        response._resource_closers.append(lambda: ends.append("closed"))
        return response

    sent = asyncio.run(ask(Answering(answer)))
    assert b"".join(message.get("body", b"") for message in sent) == b"ab"
    assert ends == ["closed"]


def test_a_thread_too_many_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "KEPT", 1)
    threads = Threads()
    one, other = threads.take(), threads.take()
    threads.give_back(one)
    threads.give_back(other)
    assert threads.take() is one
    assert threads.take() is not other
    with pytest.raises(RuntimeError):
        other.submit(int)
