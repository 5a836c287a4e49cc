"""What every answer has in common, whatever makes it: pages, static files, live connections, and what went wrong.

The one table of headers is what Django's own middleware makes of our settings. Here it is put on every answer that
lacks some of it; and here it is asked, before anything else, by which name and in which way somebody came.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from io import BytesIO
from typing import Any

from csp.middleware import CSPMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

ABORT = "parley.abort"  # by which our server (forum/http/server.py) lets an application end a connection at once
DIRECT = "parley.direct"  # how an open WebSocket sends without anybody in between: it does so ten thousand times
AT_ONCE = "parley.at_once"  # takes a text if that needs no waiting, framed once for all who get the same one
LINGER = 10.0  # seconds in which the other end of a connection may take the last words, before it is ended anyway
POLICY, FRAMES, FRAMED_BY = b"content-security-policy", b"x-frame-options", b"frame-ancestors"
WITH_SOCKET = "websocket.http.response"
AS_WEB = {"ws": "http", "wss": "https"}
PLAIN = "text/plain; charset=utf-8"
UNKNOWN_HOST = "This server does not answer to that name."
BROKEN = "Something went wrong on our side. Please try again in a moment."

Headers = Iterable[tuple[bytes, bytes]]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

logger = logging.getLogger("django.security.DisallowedHost")  # as Django's own check of the name


def request_of(scope: Any) -> ASGIRequest:
    """Whoever asks, as Django sees them; a WebSocket begins as a GET."""
    scheme = AS_WEB.get(scope["scheme"], scope["scheme"])
    return ASGIRequest({"method": "GET"} | scope | {"type": "http", "scheme": scheme}, BytesIO())


def common_headers(*, is_secure: bool) -> dict[bytes, bytes]:
    """What Django's middleware puts on a page that says nothing of its own."""
    request = _Blank(is_secure=is_secure)
    response: Any = HttpResponse()
    del response["Content-Type"]
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        response = middleware(_no_page).process_response(request, response)
    return {name.lower().encode(): value.encode() for name, value in response.items()}


def completed(headers: Headers, common: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """These headers, and what they lack. An answer whose policy lets others frame it is not denied to them."""
    given = [(bytes(name), bytes(value)) for name, value in headers]
    has = {name.lower(): value for name, value in given}
    if FRAMED_BY in (policy := has.get(POLICY, b"")) and FRAMED_BY + b" 'none'" not in policy:
        has.setdefault(FRAMES, b"")
    return given + [(name, value) for name, value in common.items() if name not in has]


def can_answer(scope: Any) -> bool:
    """Whether the server lets us say more than no to a WebSocket."""
    return WITH_SOCKET in scope.get("extensions", {})


def abort(scope: Any) -> bool:
    """Ends a connection whose other end does not read, and frees what waits for it; whether this server lets us."""
    if (end := scope.get("extensions", {}).get(ABORT)) is None:
        return False
    end()
    return True


async def respond(scope: Any, send: Send, status: int, headers: Headers, body: bytes) -> None:
    """One short answer, also to a WebSocket that is not open yet."""
    if scope["type"] == "websocket" and not can_answer(scope):
        return await send({"type": "websocket.close"})
    kind = WITH_SOCKET if scope["type"] == "websocket" else "http.response"
    length = (b"content-length", str(len(body)).encode())
    await send({"type": f"{kind}.start", "status": status, "headers": [*headers, length]})
    await send({"type": f"{kind}.body", "body": body})


class Edge:
    """Stands around everything."""

    def __init__(self, application: Application, *, by_any_name: Collection[str] = ()) -> None:
        self.application = application
        self.by_any_name = by_any_name  # paths that are asked for within the house, where the site has no name
        self.security = SecurityMiddleware(_no_page)
        self.common = {is_secure: common_headers(is_secure=is_secure) for is_secure in (False, True)}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        is_secure, refusal = self._judge(scope)
        answer = _Answer(scope, send, self.common[is_secure])
        if refusal is not None:
            headers = [(name.encode(), value.encode()) for name, value in refusal.items()]
            return await respond(scope, answer.send, refusal.status_code, headers, refusal.content)
        try:
            await self.application(scope, receive, answer.send)
        except Exception:
            if scope["type"] == "http" and not answer.has_begun:
                await respond(scope, answer.send, 500, [(b"content-type", PLAIN.encode())], BROKEN.encode())
            raise

    def _judge(self, scope: Any) -> tuple[bool, HttpResponse | None]:
        """Whether somebody came by https, and what is said instead of an answer to who came by another name, or in the
        clear to a site with https.

        The request is asked here alone: ten thousand connections that stay open must not keep one each.
        """
        request = request_of(scope)
        if scope["type"] == "http" and scope["path"] in self.by_any_name:
            return request.is_secure(), None
        try:
            request.get_host()
        except DisallowedHost as error:
            logger.error("%s", error)
            return request.is_secure(), HttpResponseBadRequest(UNKNOWN_HOST, content_type=PLAIN)
        return request.is_secure(), self.security.process_request(request)


class _Answer:
    """Completes the headers of one answer on their way; everything else passes as a plain function call."""

    def __init__(self, scope: Any, send: Send, common: Mapping[bytes, bytes]) -> None:
        self.scope, self.onward, self.common = scope, send, common
        self.has_begun = False

    def send(self, message: Message) -> Awaitable[None]:
        if self.has_begun:
            return self.onward(message)
        if message["type"] == "websocket.close" and can_answer(self.scope):  # before it was open
            return respond(self.scope, self.send, 403, [], b"")
        self.has_begun = True
        if message["type"].startswith("websocket.") and message["type"] != f"{WITH_SOCKET}.start":
            return self.onward(message)
        return self.onward({**message, "headers": completed(message.get("headers", ()), self.common)})


def _no_page(request: HttpRequest) -> HttpResponse:
    """What stands behind a middleware of which only one half is asked."""
    return HttpResponse()


class _Blank(HttpRequest):
    """A request of which only the way it came is known."""

    def __init__(self, *, is_secure: bool) -> None:
        super().__init__()
        self.came_secure = is_secure

    def is_secure(self) -> bool:
        return self.came_secure
