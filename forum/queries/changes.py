"""What changed in a theme since a revision: the query behind every live update and every catch-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from forum.models import Comment, Departure, Theme, Thread
from forum.queries import comments, themes, threads

MOST = 1_000  # comments; a large thread that moves would be a megabyte for every follower


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything public that changed after a revision, as it is now, in order of revision.

    `gone` holds (id, thread id, revision) of comments that left the public tree; `closed` holds
    (id, revision, address) of threads that did, with where they go on if they were merged or moved.
    """

    revision: int
    theme: dict[str, Any] | None
    threads: list[dict[str, Any]]
    closed: list[tuple[int, int, str]]
    comments: list[dict[str, Any]]
    gone: list[tuple[int, int, int]]
    is_too_much: bool = False  # more than MOST comments: a page loaded anew is less


def place(text: str) -> dict[int, int]:
    """A revision of each of some themes, as addresses carry it: "3:127,4:12". Raises ValueError."""
    parts = [part.split(":") for part in text.split(",")]
    if not all(len(part) == 2 and all(_is_number(number) for number in part) for part in parts):
        raise ValueError(f"{text[:40]!r} is no place in a dialogue")
    return {int(theme): int(revision) for theme, revision in parts}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def revision_of(theme_id: int) -> int | None:
    """The theme's revision now; None if there is no such theme. One query."""
    return Theme.objects.filter(pk=theme_id).values_list("revision", flat=True).first()


def since(theme_id: int, revision: int) -> Changes | None:
    """The public changes of a theme after `revision`; None if there is no such theme.

    The theme's row is read first: what commits while the rest is read is found again next time, never lost.
    """
    rows = themes.shown(Theme.objects.filter(pk=theme_id))
    if not rows:
        return None
    theme = rows[0]
    if theme["revision"] <= revision:
        return Changes(theme["revision"], None, [], [], [], [])
    # What was never public and does not show is no news: its existence alone would tell something.
    was_seen = Q(published_revision__isnull=False) | Q(is_shown=True)
    changed = Comment.objects.filter(was_seen, theme_id=theme_id, revision__gt=revision)
    here = comments.shown(changed.filter(is_shown=True), limit=MOST + 1)
    if len(here) > MOST:
        return Changes(theme["revision"], None, [], [], [], [], is_too_much=True)
    stirred = Thread.objects.filter(theme_id=theme_id, revision__gt=revision)
    return Changes(
        revision=theme["revision"],
        theme=theme,
        threads=threads.heads(stirred.public().order_by("revision")),
        closed=_closed(stirred) + _departed(theme_id, revision),
        comments=sorted(here, key=lambda c: (c["revision"], c["number"])),
        gone=list(changed.filter(is_shown=False).order_by("revision").values_list("id", "thread_id", "revision")),
    )


def _closed(stirred: Any) -> list[tuple[int, int, str]]:
    """Threads without a public comment; of those merged into another, where they go on if that is public."""
    rows = stirred.filter(comment_count=0).order_by("revision")
    closed = rows.values_list("id", "revision", "continued_at_id", "continued_at__is_shown")
    return [(thread_id, revision, _merged_at(at, shown)) for thread_id, revision, at, shown in closed]


def _departed(theme_id: int, revision: int) -> list[tuple[int, int, str]]:
    """Threads that went to another theme, and may have been merged there."""
    rows = Departure.objects.filter(theme_id=theme_id, revision__gt=revision).order_by("revision")
    departed = rows.values_list(
        "thread_id", "revision", "thread__comment_count", "thread__continued_at_id", "thread__continued_at__is_shown"
    )
    return [
        (thread_id, revision, f"/threads/{thread_id}/" if count else _merged_at(at, shown))
        for thread_id, revision, count, at, shown in departed
    ]


def _merged_at(comment_id: int | None, is_shown: bool | None) -> str:
    """Where a merged thread goes on, if that can be seen."""
    return f"/comments/{comment_id}/" if is_shown else ""
