"""A thread in the words of schema.org (DiscussionForumPosting, Comment), for machines that read pages."""

from __future__ import annotations

from typing import Any

from django.utils.html import strip_tags

from forum.events.queries.formatting import excerpt
from forum.models import Thread

MOST = 25  # comments: enough to know what a page is about, little enough to send with every page


def posting(thread: Thread, title: str, rows: list[dict[str, Any]], *, site: str) -> dict[str, Any] | None:
    """What a page shows of a thread, from the rows it has; None while its opening is not public."""
    opening = next((row for row in rows if row["id"] == thread.opening_id), None)
    if opening is None or opening["is_gone"]:
        return None
    shown = [row for row in rows if row is not opening and not row["is_gone"]]
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": title,
        **_said(opening, site),
        "url": f"{site}/threads/{thread.pk}/",
        "commentCount": max(thread.comment_count - 1, 0),
        "comment": [{"@type": "Comment", **_said(row, site)} for row in shown[:MOST]],
        "isPartOf": {"@type": "Event", "name": thread.theme.event.title, "url": f"{site}/{thread.theme.event.slug}/"},
    }


def _said(row: dict[str, Any], site: str) -> dict[str, Any]:
    said = {
        "url": site + row["url"],
        "text": excerpt(" ".join(strip_tags(row["html"]).split())),
        "datePublished": row["written_iso"],
        "author": {"@type": "Person", "name": row["name"], "url": f"{site}/people/{row['author_id']}/"},
    }
    return said | ({"dateModified": row["edited_iso"]} if row["edited_iso"] else {})
