"""The server's entrance: HTTP to Django, WebSockets to the live rooms."""

import os
import warnings

from channels.routing import ProtocolTypeRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")
# WhiteNoise hands out files as ordinary iterators; they are small, and Django says so for every one of them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
http = get_asgi_application()

from forum.live.routing import sockets  # noqa: E402 - needs the app registry that the line above fills
from forum.web.limits import BodyLimit  # noqa: E402 - the same

application = ProtocolTypeRouter({"http": BodyLimit(http), "websocket": AllowedHostsOriginValidator(sockets)})
