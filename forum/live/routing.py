"""Which line leads where. Only the private one looks for a session: an anonymous connect costs no query."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from forum.live.consumers import PublicFollower
from forum.live.private import PrivateFollower

sockets = URLRouter(
    [
        path("live/", PublicFollower.as_asgi()),
        path("live/me/", AuthMiddlewareStack(PrivateFollower.as_asgi())),
    ]
)
EVENTS_AT, POLLED_AT = "live/events/", "live/themes/<int:theme_id>/"
