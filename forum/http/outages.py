"""When the database is away, a request waits a moment and tries again, or says so and gives the text back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from copy import copy
from io import BytesIO
from time import monotonic, sleep
from typing import Any

from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse

from forum.database.outage import Writes, is_outage
from forum.http.errors import Unavailable

PATIENCE = 5.0  # seconds after its beginning in which a request tries again
PAUSE = 0.1

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """Asks again for whoever met a dead connection before anything was written; readers never learn of it.

    A request that may have written something is not repeated: nobody knows whether that was kept. Its page says so,
    and gives the text back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        deadline = monotonic() + PATIENCE
        untouched = _copy_of(request)
        while True:
            writes = Writes()
            with connection.execute_wrapper(writes):
                response = self.get_response(request)
            if not isinstance(response, Unavailable):
                return response
            close_old_connections()
            if not response.may_pass or writes.may_have_happened or monotonic() > deadline:
                return response
            again = _again(untouched, request)
            if again is None:
                return response
            sleep(PAUSE)
            request = again

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_outage(error):
            return None
        logger.warning("%s %s: the database is not available: %s", request.method, request.path, error)
        return Unavailable(request, error)


def _copy_of(request: HttpRequest) -> Any:
    """A request as it came, before anybody put something into it."""
    untouched = copy(request)
    untouched.META = dict(request.META)
    return untouched


def _again(untouched: HttpRequest, used: Any) -> Any:
    """The request anew, with the same body; None if that can be read only once, and was."""
    fresh = _copy_of(untouched)
    if "_body" in vars(used):
        stream: Any = BytesIO(used._body)
    else:
        stream = used._stream
        if not (hasattr(stream, "seekable") and stream.seekable()):
            return None
        stream.seek(0)
    fresh._stream, fresh._read_started = stream, False
    return fresh
