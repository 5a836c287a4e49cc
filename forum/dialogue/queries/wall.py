"""The whole dialogue of an event as one stream, the newest first: what the wall and the screen in the room show.

What somebody has missed is counted from a revision for each theme, as everywhere: exact, and found by an index.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from forum.dialogue.queries import comments, threads
from forum.events.queries.formatting import comment_count, excerpt, thread_count
from forum.models import Comment

ENTRIES = 40  # of one page
REACH = 2_000  # comments of a theme in which a stakeholder group is looked for
MISSED = 500  # comments of a theme that are counted for somebody who was away
LISTED_THREADS = 5  # of a theme, in what somebody has missed
EXCERPT_LENGTH = 260  # characters; readable from a distance
MAX_EXCERPTS = 12  # of the newest comments, and of the pinned ones, in the projector view

Revisions = dict[int, int]  # theme → a revision of it


@dataclass(frozen=True, slots=True)
class Stream:
    """Entries, and the comment before which the earlier ones go on; None where there are none."""

    entries: list[dict[str, Any]]
    earlier: int | None


def legend(themes: list[dict[str, Any]]) -> str:
    """What a script must know of each theme to show what arrives under it, as JSON."""
    facts = {"id": "id", "code": "code", "hue": "position", "title": "title"}
    return json.dumps([{name: theme[field] for name, field in facts.items()} for theme in themes])


def stream(themes: list[dict[str, Any]], *, before: int | None = None, group: str = "") -> Stream:
    """The newest public comments of these themes, or those published before one of them.

    One query for each theme, and two. Raises Comment.DoesNotExist.
    """
    earlier = Q(published_at__isnull=False)
    if before is not None:
        at, pk = Comment.objects.order_by().values_list("published_at", "pk").get(pk=before, published_at__isnull=False)
        # The first condition says where in the index to begin.
        earlier = Q(published_at__lte=at) & (Q(published_at__lt=at) | Q(pk__lt=pk))
    newest: list[tuple[Any, int, int]] = []
    for theme in themes:
        found = Comment.objects.filter(earlier, theme=theme["id"]).public().order_by("-published_at", "-pk")
        if group:
            near = found.values("pk")[:REACH]
            found = Comment.objects.filter(pk__in=near, author__group=group).order_by("-published_at", "-pk")
        newest += found.values_list("published_at", "pk", "theme_id")[: ENTRIES + 1]
    newest.sort(reverse=True)
    page = _entries(themes, [(pk, theme_id) for _, pk, theme_id in newest[:ENTRIES]])
    return Stream(page, page[-1]["id"] if len(newest) > ENTRIES and page else None)


def missed(themes: list[dict[str, Any]], since: Revisions) -> list[dict[str, Any]]:
    """What was published in each theme after a place: how much, and in which threads most. Two queries a theme."""
    told = []
    for theme in themes:
        if theme["id"] not in since:
            continue
        new = Comment.objects.filter(theme=theme["id"], published_revision__gt=since[theme["id"]]).public()
        rows = list(new.order_by("published_revision").values_list("thread_id", "pk")[:MISSED])
        if rows:
            told.append(_missed(theme, rows))
    return told


def pinned(themes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The newest pinned comments, at most MAX_EXCERPTS. Three queries."""
    found = Comment.objects.filter(theme__in=[theme["id"] for theme in themes]).pinned().order_by("-pk")
    return _entries(themes, list(found.values_list("pk", "theme_id")[:MAX_EXCERPTS]))


def with_excerpts(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same entries with an excerpt of their text for the projector view. One query."""
    rows = Comment.objects.filter(pk__in=[entry["id"] for entry in entries]).public().order_by()
    texts = dict(rows.values_list("pk", "version__text"))
    return [entry | {"text": excerpt(texts[entry["id"]], EXCERPT_LENGTH)} for entry in entries if entry["id"] in texts]


def _entries(themes: list[dict[str, Any]], keys: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Two queries, none without any key."""
    if not keys:
        return []
    known = {theme["id"]: theme for theme in themes}
    found = Comment.objects.filter(pk__in=[pk for pk, _ in keys]).public()
    rows = {row["id"]: row for row in comments.shown(found)}
    titles = {row["id"]: row["title"] for row in threads.by_keys({row["thread_id"] for row in rows.values()})}
    return [
        {
            "id": pk,
            "comment": rows[pk],
            "title": titles.get(rows[pk]["thread_id"], ""),
            "thread_id": rows[pk]["thread_id"],
            "at": rows[pk]["at"],
            "url": f"/threads/{rows[pk]['thread_id']}/?at={pk}#comment-{pk}",
            "theme_id": theme_id,
            "code": known[theme_id]["code"],
            "hue": known[theme_id]["position"],
        }
        for pk, theme_id in keys
        if pk in rows
    ]


def in_short(missed: list[dict[str, Any]]) -> str:
    """All of what was missed in one line."""
    comments_of_all, threads_of_all = (sum(each[what] for each in missed) for what in ("comments", "thread_count"))
    return f"{comment_count(comments_of_all)}, {thread_count(threads_of_all)}"


def _missed(theme: dict[str, Any], rows: list[tuple[int, int]]) -> dict[str, Any]:
    counts = Counter(thread_id for thread_id, _ in rows)
    first = dict(reversed(rows))
    most = [thread_id for thread_id, _ in counts.most_common(LISTED_THREADS)]
    titles = {row["id"]: row["title"] for row in threads.by_keys(most) if row["comment_count"]}
    label = comment_count(len(rows))
    return {
        "code": theme["code"],
        "hue": theme["position"],
        "title": theme["title"],
        "comments": len(rows),
        "comment_label": gettext("at least %(comments)s") % {"comments": label} if len(rows) == MISSED else label,
        "thread_count": len(counts),
        "thread_label": thread_count(len(counts)),
        "threads": [
            {"title": titles[pk], "url": f"/comments/{first[pk]}/", "label": comment_count(counts[pk])}
            for pk in most
            if pk in titles
        ],
    }
