"""The headers by which mail programs put emails into threads, filter them, and stop them.

RFC 5322 (Message-ID, In-Reply-To, References), RFC 2919 (List-Id), RFC 2369 and 8058 (List-Unsubscribe), RFC 5064
(Archived-At), RFC 3834 (Auto-Submitted).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from forum.mail.links import Stop, stop_url

MOST_REFERENCES = 20  # the first stays, then the nearest: some mail programs cut longer headers in the middle


def message_id(comment_id: int) -> str:
    """The same in every email about a comment, so that each mailbox builds the same tree."""
    return f"<comment.{comment_id}@{settings.SITE_HOST}>"


def thread_headers(comment_id: int, above: Sequence[int]) -> dict[str, str]:
    """Where a comment stands; `above` are the comments that it answers, from the opening down."""
    headers = {
        "Message-ID": message_id(comment_id),
        "Archived-At": f"<{settings.SITE_URL}/comments/{comment_id}/>",
    }
    if above:
        kept = [*above[:1], *above[1:][-(MOST_REFERENCES - 1) :]]
        headers["In-Reply-To"] = message_id(above[-1])
        headers["References"] = " ".join(map(message_id, kept))
    return headers


def list_headers(list_name: str, stop: Stop, *, page: str) -> dict[str, str]:
    """What an email is part of, such as "theme-3", and how it is stopped with one click."""
    return {
        "List-Id": f"<{list_name}.{settings.SITE_HOST}>",
        "List-Unsubscribe": f"<{stop_url(stop)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{settings.SITE_URL}{page}>",
        "Precedence": "list",
    }
