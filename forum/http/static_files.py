"""Static files as WhiteNoise serves them, corrected where its answers are wrong.

WhiteNoise 6.12 sends Brotli to clients that refuse it ("br;q=0"). It gives all encodings of a file one strong ETag, and
never recognises the weak one that a compressing proxy makes of it: every question behind such a proxy would be
answered with the whole file.
"""

from __future__ import annotations

import re
from typing import Any
from wsgiref.headers import Headers

from django.http import FileResponse, HttpRequest
from django.utils.http import parse_etags
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from forum.http.assets import FOLDER

YEAR = 365 * 24 * 3600  # seconds
HASHED = re.compile(rf"/{FOLDER}/[^/]+-[0-9A-Z]{{8}}\.\w+$")
IS_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


class StaticFiles(WhiteNoiseMiddleware):
    def add_cache_headers(self, headers: Headers, path: str, url: str) -> None:
        if HASHED.search(url):
            headers["Cache-Control"] = f"max-age={YEAR}, immutable"
        else:
            super().add_cache_headers(headers, path, url)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> FileResponse:
        request.META.update(_understood(request.META, static_file.etag))
        response = WhiteNoiseMiddleware.serve(static_file, request)
        if etag := response.get("ETag"):
            response["ETag"] = f"W/{etag}"  # the encodings of a file are the same in meaning, not in bytes
        return response


def _understood(asked: dict[str, Any], etag: str) -> dict[str, str]:
    """The two headers that WhiteNoise takes too literally, in the form in which it reads them."""
    understood = {}
    if accepted := asked.get("HTTP_ACCEPT_ENCODING"):
        understood["HTTP_ACCEPT_ENCODING"] = ",".join(
            encoding for encoding in accepted.split(",") if not IS_REFUSED.search(encoding)
        )
    known = {tag.removeprefix("W/") for tag in parse_etags(asked.get("HTTP_IF_NONE_MATCH", ""))}
    if known & {etag, "*"}:
        understood["HTTP_IF_NONE_MATCH"] = etag
    return understood
