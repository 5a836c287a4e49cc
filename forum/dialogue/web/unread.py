"""What the pages say about what is new for this person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from forum.dialogue.queries import threads, unread
from forum.events.queries.formatting import more_threads, unread_count


def in_thread(request: HttpRequest, thread: Any, last_label: str) -> dict[str, Any]:
    """The reading bar of a thread: what is unread, the first of it, and what a script needs to go on from there.

    `last_label` says when its last comment was written.
    """
    bar = _bar(thread.theme, reverse("read_thread", args=[thread.pk]))
    if not request.user.is_authenticated:
        return bar
    read = unread.read_around(thread)
    ids = unread.in_thread(request.user, thread, read)
    return bar | {
        "is_known": True,
        "ids": ids,
        "ranges": str(read),
        "label": unread_count(len(ids)) if ids else "",
        "next_url": f"#comment-{ids[0]}" if ids else "",
        "all_read_until": "" if ids else last_label,
    }


def in_theme(request: HttpRequest, theme: Any) -> dict[str, Any]:
    """What is unread under a theme, thread by thread."""
    counts = unread.by_thread(request.user, theme.pk)
    bar = _bar(theme, reverse("read_theme", args=[theme.pk]))
    rows = threads.titles(counts)
    exact: dict[int, int] = counts
    if counts.is_cut:
        exact = unread.in_threads(request.user, theme.pk, [row["id"] for row in rows], counts.read)
    named = [(row["title"], row["url"], exact.get(row["id"], 0)) for row in rows]
    more = len(counts) - len(named)
    more_label = more_threads(more, is_least=counts.is_cut) if more else ""
    return bar | _listed(request, named, total=sum(counts.values())) | {"more": more_label, "ids": counts}


def in_event(request: HttpRequest, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is unread in an event, theme by theme."""
    counts = unread.by_theme(request.user, [row["id"] for row in rows])
    named = [(row["title"], row["url"], counts.get(row["id"], 0)) for row in rows]
    return _listed(request, named, total=sum(counts.values()))


def _bar(theme: Any, mark_url: str) -> dict[str, Any]:
    return {
        "is_known": False,
        "ids": [],
        "theme_id": theme.pk,
        "up_to": theme.revision,
        "mark_url": mark_url,
        "read_url": reverse("read_theme", args=[theme.pk]),
    }


def _listed(request: HttpRequest, places: list[tuple[str, str, int]], *, total: int) -> dict[str, Any]:
    new = [{"title": title, "url": url, "label": unread_count(count)} for title, url, count in places if count]
    label = unread_count(total) if total else ""
    return {"is_known": request.user.is_authenticated, "places": new, "label": label, "more": ""}
