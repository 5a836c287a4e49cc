"""Which socket leads where."""

from channels.routing import URLRouter
from django.urls import path

from forum.live.consumers import PublicFollower

sockets = URLRouter([path("live/", PublicFollower.as_asgi())])
