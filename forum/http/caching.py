"""Pages that answer 304 when nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language

from forum import __version__


def answer(request: HttpRequest, shows: Any, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The page, or 304 if this reader has it already.

    `shows` is everything the page depends on; two equal values mean the same page. Only anonymous readers
    share it: what somebody with an account sees is made for them alone.
    """
    if request.user.is_authenticated:
        response = make()
        patch_cache_control(response, private=True, no_cache=True)
        return response
    tag = f'W/"{sha256(repr((__version__, _look(), get_language(), shows)).encode()).hexdigest()[:24]}"'
    response = get_conditional_response(request, etag=tag) or make()
    response["ETag"] = tag
    patch_cache_control(response, public=True, no_cache=True)
    return response


@cache
def _look() -> float:
    """Changes with every template and asset, so that a new version of Parley is seen at once."""
    places = (Path(settings.BASE_DIR, folder) for folder in ("templates", "static"))
    return max((file.stat().st_mtime for place in places for file in place.rglob("*")), default=0.0)


def only_theirs(response: HttpResponse) -> HttpResponse:
    """No cache, no search engine and no other site learns of this page, or of its address.

    Not "no-referrer": with a form on such a page browsers send "Origin: null", which no check of forms lets in.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
