"""The server's entrance: HTTP to Django, what stays open to the live room, and the edge around all of them."""

import os
import warnings
from typing import Any

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
# WhiteNoise hands out files as ordinary iterators; they are small, and Django says so for every one of them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django.setup(set_prefix=False)

from accounts.adapter import address_of  # noqa: E402 - needs the app registry that the line above fills
from forum.http.body_limit import BodyLimit  # noqa: E402 - the same
from forum.http.edge import Edge, request_of  # noqa: E402 - the same
from forum.http.handler import Handler  # noqa: E402 - the same
from forum.http.health import HEALTH_AT, READY_AT, health, ready  # noqa: E402 - the same
from forum.http.public_pages import PublicPages  # noqa: E402 - the same
from forum.live.budget import Budget, Counted, most_lines  # noqa: E402 - the same
from forum.live.routing import EVENTS_AT, POLLED_AT, sockets  # noqa: E402 - the same
from forum.live.stream import events, polled  # noqa: E402 - the same
from forum.pages.web.public import PAGE_TYPES  # noqa: E402 - the same

budget = Budget(most_lines(), settings.LIVE_CONNECTIONS_PER_ADDRESS)


def address_in(scope: Any) -> str:
    return address_of(request_of(scope))


def nobody(scope: Any) -> str:
    """Who asks by polling is gone with the answer: only the sum of all connections is a reason to send them away."""
    return ""


dynamic: Any = BodyLimit(Handler())
stream: Any = Counted(events, budget, address_in)
asked: Any = Counted(polled, budget, nobody)
pages: Any = URLRouter([path(EVENTS_AT, stream), path(POLLED_AT, asked), re_path("", dynamic)])
public = PublicPages(pages, PAGE_TYPES, settings.PAGE_CACHE_MB * 1_000_000)
monitored: Any = {**dict.fromkeys(HEALTH_AT, health), **dict.fromkeys(READY_AT, ready)}


async def by_path(scope: Any, receive: Any, send: Any) -> None:
    """Who watches the server is answered before anything that could be broken."""
    await monitored.get(scope["path"], public)(scope, receive, send)


application = Edge(
    ProtocolTypeRouter(
        {
            "http": by_path,
            "websocket": AllowedHostsOriginValidator(Counted(sockets, budget, address_in)),
        }
    ),
    by_any_name=monitored,
)
