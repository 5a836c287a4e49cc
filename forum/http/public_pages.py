"""Pages that everybody without an account sees alike: made by Django once, kept in memory, answered before Django.

A page type names the rows that move with everything the page shows. They are asked for the state they are in (one
short statement) before and after Django makes the page, and for every answer: the page is kept while they stay as they
were, and until the next moment at which the clock alone changes it. So no answer is older than its question.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.http import HttpRequest, parse_cookie
from django.urls import Resolver404, resolve
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request

from forum.database.row_states import RowStates
from forum.http.edge import Application, Headers, Message, Receive, Send
from forum.http.kept_bodies import Body, Coding
from forum.http.page_store import Key, Page, PageType, Store, Subject

METHODS = {"GET", "HEAD"}
OF_THE_BODY = {b"content-length", b"content-encoding", b"content-type", b"content-language"}  # not of a 304
PART = b"parley-part"  # asks for a part of the page at its address
FORWARDED = b"x-forwarded-proto"
READ = (b"cookie", b"accept-language", b"accept-encoding", b"if-none-match")
LONGEST = 4_000  # bytes of one of these that are read here
FINDERS = 4  # threads that find what a page is made of
ANSWER_WITHIN = 3.0  # seconds for that


@dataclass(slots=True)
class Made:
    """What Django answered, and the page if it can be kept."""

    start: Message
    content: bytes
    page: Page | None = None

    @property
    def is_private(self) -> bool:
        """Whether it sets a cookie, and so is for one reader alone."""
        return any(name == b"set-cookie" for name, _ in self.start.get("headers", ()))


class PublicPages:
    """Answers what it knows by itself, and hands everything else to `django`. `types` are named as their addresses."""

    def __init__(self, django: Application, types: Mapping[str, PageType], most: int) -> None:
        self.django, self.types = django, types
        self.store = Store(most)
        self.states = RowStates()
        self.making: dict[Key, asyncio.Future[Made]] = {}
        self.finders = ThreadPoolExecutor(FINDERS, thread_name_prefix="page")
        self.session = f"{settings.SESSION_COOKIE_NAME}=".encode()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in METHODS:
            return await self.django(scope, receive, send)
        headers = _joined(scope["headers"])
        is_long = any(len(headers.get(name, b"")) > LONGEST for name in READ)  # reading them here holds up everybody
        if is_long or self.session in headers.get(b"cookie", b"") or PART in headers:
            return await self.django(scope, receive, send)
        key = _key(scope, headers)
        if (page := await self._current(key)) is None:
            if (kind := self._kind(key)) is None:
                return await self.django(scope, receive, send)
            made = await self._made(key, kind, scope)
            if made.is_private:
                return await self.django(scope, receive, send)
            if (page := made.page) is None:
                return await _pass_on(made, scope, send)
        await self._answer(key, page, scope, headers, send)

    async def _current(self, key: Key) -> Page | None:
        """The kept page, if it is still right."""
        page = self.store.get(key)
        if page is None or page.is_due(time.time()):
            return None
        state = await self.states.state(page.subject.rows)
        return page if state == page.state and not page.is_due(time.time()) else None

    async def _found(self, kind: PageType, named: Mapping[str, Any], now: float) -> Subject | None:
        """None, too, while the database is away: Django knows what to say then."""
        if self.states.is_away:
            return None
        asked = asyncio.get_running_loop().run_in_executor(self.finders, _find, kind, named, now)
        try:
            return await asyncio.wait_for(asked, ANSWER_WITHIN)
        except (DatabaseError, InterfaceError, TimeoutError):
            self.states.pause()
            return None

    def _kind(self, key: Key) -> tuple[PageType, dict[str, Any]] | None:
        try:
            match = resolve(key.path)
        except Resolver404:
            return None
        kind = self.types.get(match.url_name or "")
        return (kind, match.kwargs) if kind and kind.knows(key.query.decode("ascii", "replace")) else None

    async def _made(self, key: Key, kind: tuple[PageType, dict[str, Any]], scope: Any) -> Made:
        """A page that somebody began to make after the call: by whoever comes first, for all who wait."""
        if (running := self.making.get(key)) is not None:
            await asyncio.wait([running])  # it may have begun before the call
            if (page := await self._current(key)) is not None:
                return Made({}, b"", page)
            if (running := self.making.get(key)) is not None:
                return await asyncio.shield(running)
        self.making[key] = made = asyncio.ensure_future(self._make(key, *kind, scope))
        made.add_done_callback(lambda _: self.making.pop(key, None))
        return await asyncio.shield(made)

    async def _make(self, key: Key, kind: PageType, named: dict[str, Any], scope: Any) -> Made:
        since = time.time()
        subject = await self._found(kind, named, since)
        before = await self.states.state(subject.rows) if subject else None
        made = await _asked(self.django, _plain(scope, key))
        headers = dict(made.start["headers"])
        can_be_kept = made.start["status"] == 200 and b"etag" in headers and b"set-cookie" not in headers
        if subject is None or before is None or not can_be_kept:
            return made
        tag = headers[b"etag"].decode()
        made.page = Page(subject, before, since, list(made.start["headers"]), tag, Body(made.content))
        is_settled = before == await self.states.state(subject.rows)
        # It may have moved to other rows between the first two questions.
        if is_settled and subject == await self._found(kind, named, since):
            self.store.put(key, made.page)
        return made

    async def _answer(self, key: Key, page: Page, scope: Any, headers: Mapping[bytes, bytes], send: Send) -> None:
        if _has_it(headers.get(b"if-none-match", b""), page.tag):
            kept = [(name, value) for name, value in page.headers if name not in OF_THE_BODY]
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            return await send({"type": "http.response.body", "body": b""})
        coding = page.body.best(headers.get(b"accept-encoding", b""))
        if not page.body.has(coding):
            await asyncio.to_thread(page.body.code, coding)
            if self.store.get(key) is page:
                self.store.put(key, page)
        await _send_body(page.headers, page.body.coded(coding), coding, scope["method"], send)


def _find(kind: PageType, named: Mapping[str, Any], now: float) -> Subject | None:
    """In a thread of its own: its database connection goes back at once."""
    close_old_connections()
    try:
        return kind.find(**named, now=now)
    finally:
        close_old_connections()


async def _send_body(headers: Headers, content: bytes, coding: Coding, method: str, send: Send) -> None:
    given = [pair for pair in headers if pair[0] not in (b"content-length", b"content-encoding")]
    given.append((b"content-length", str(len(content)).encode()))
    if coding is not Coding.PLAIN:
        given.append((b"content-encoding", coding.value))
    await send({"type": "http.response.start", "status": 200, "headers": given})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else content})


async def _pass_on(made: Made, scope: Any, send: Send) -> None:
    """What Django said of a page that cannot be kept: it is not there, or elsewhere, or the database is away."""
    await send(made.start)
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else made.content})


async def _asked(django: Application, scope: Any) -> Made:
    """Django's answer, whole."""
    made, pieces = Made({}, b""), []
    has_asked = False

    async def receive() -> Message:
        nonlocal has_asked
        if has_asked:
            await asyncio.Event().wait()  # until Django has answered: nobody hangs up
        has_asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            lowered = [(name.lower(), value) for name, value in message["headers"]]
            made.start = {**message, "headers": lowered}
        else:
            pieces.append(message.get("body", b""))

    sent: Callable[[Message], Awaitable[None]] = take
    await django(scope, receive, sent)
    made.content = b"".join(pieces)
    return made


def _plain(scope: Any, key: Key) -> Any:
    """The same question with nothing of who asked but what tells one page from another."""
    kept = [(name, value) for name, value in scope["headers"] if name in (b"host", FORWARDED)]
    kept.append((b"accept-language", key.language.encode()))
    return {**scope, "method": "GET", "headers": kept}


def _key(scope: Any, headers: Mapping[bytes, bytes]) -> Key:
    cookies = headers.get(b"cookie", b"")
    chosen = parse_cookie(cookies.decode("latin-1")).get(settings.LANGUAGE_COOKIE_NAME, "") if cookies else ""
    language = _language(headers.get(b"accept-language", b""), chosen)
    came_secure = settings.SECURE_PROXY_SSL_HEADER is not None and headers.get(FORWARDED) == b"https"
    return Key(scope["path"], scope["query_string"], language, came_secure or scope["scheme"] == "https")


def _joined(headers: Headers) -> dict[bytes, bytes]:
    """Headers by name; what came in several is one, as Django reads it."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        mark = b"; " if name == b"cookie" else b","
        found[name] = found[name] + mark + value if name in found else value
    return found


@lru_cache(maxsize=1_000)
def _language(accepted: bytes, chosen: str) -> str:
    """The language in which Django would make the page."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted.decode("latin-1")
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: chosen} if chosen else {}
    return str(get_language_from_request(request))


@lru_cache(maxsize=1_000)
def _has_it(asked: bytes, tag: str) -> bool:
    """Whether the reader has the page already (RFC 9110, section 13.1.2: weak tags are compared without their mark)."""
    tags = parse_etags(asked.decode("latin-1")) if asked else []
    return tags == ["*"] or tag.removeprefix("W/") in [each.removeprefix("W/") for each in tags]
