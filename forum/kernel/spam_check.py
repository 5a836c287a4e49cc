"""Asks a spam check outside Parley about a text: any service that answers as Akismet does (AKISMET_KEY, AKISMET_URL).

Off without a key. What is asked goes out by itself, nothing else of the forum: see docs/security.md.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

TIME_LIMIT = 2  # seconds for all of it; then a moderator reads the text instead
ANSWERS = {b"true": True, b"false": False}
logger = logging.getLogger(__name__)
# The limits of a socket begin anew with every byte, and names are looked up without any: so somebody else waits.
_askers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="checker")


def is_on() -> bool:
    return bool(settings.AKISMET_KEY)


def is_suspicious(text: str, *, name: str, address: str, agent: str) -> bool | None:
    """Whether the check takes a text for spam; None if it did not say so in time.

    `address` is the writer's network address, `agent` what their browser calls itself. Never under a lock: this may
    take two seconds.
    """
    facts = {
        "api_key": settings.AKISMET_KEY,
        "blog": settings.SITE_URL,
        "blog_charset": "UTF-8",
        "user_ip": address,
        "user_agent": agent,
        "comment_type": "comment",
        "comment_author": name,
        "comment_content": text,
    }
    asked = _askers.submit(_answer, settings.AKISMET_URL, urlencode(facts).encode())
    try:
        return ANSWERS[asked.result(timeout=TIME_LIMIT)]
    except (OSError, HTTPException, KeyError) as error:  # OSError: no line, an HTTP error, too slow
        asked.cancel()
        logger.warning("The spam check did not respond: %s", type(error).__name__)
        return None


def _answer(url: str, body: bytes) -> bytes:
    request = Request(url, data=body, headers={"User-Agent": "Parley"})  # noqa: S310 - settings.py looks at the address
    try:
        with urlopen(request, timeout=TIME_LIMIT) as response:  # noqa: S310
            return bytes(response.read(100)).strip().lower()
    except HTTPError as error:
        error.close()
        raise
