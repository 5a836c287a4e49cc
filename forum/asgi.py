"""The server's entrance: HTTP to Django, lines that stay open to the live room."""

import os
import warnings
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
# WhiteNoise hands out files as ordinary iterators; they are small, and Django says so for every one of them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
http = get_asgi_application()

from forum.live.routing import sockets, streams  # noqa: E402 - needs the app registry that the line above fills
from forum.web.limits import BodyLimit  # noqa: E402 - the same

django: Any = BodyLimit(http)
application = ProtocolTypeRouter(
    {
        "http": URLRouter([*streams, re_path("", django)]),
        "websocket": AllowedHostsOriginValidator(sockets),
    }
)
