"""Which line leads where. Only the private one looks for a session: an anonymous connect costs no query."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from forum.live.consumers import PublicFollower
from forum.live.private import PrivateFollower
from forum.live.stream import events, polled

sockets = URLRouter(
    [
        path("live/", PublicFollower.as_asgi()),
        path("live/me/", AuthMiddlewareStack(PrivateFollower.as_asgi())),
    ]
)
plain: list[tuple[str, Any]] = [("live/events/", events), ("live/themes/<int:theme_id>/", polled)]
streams = [path(address, door) for address, door in plain]
