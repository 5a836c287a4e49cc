"""What changed in a theme since a revision: the query behind every live update and every catch-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from forum.dialogue.queries import comments, themes, threads
from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.kernel.snapshot import snapshot
from forum.models import Comment, Theme, Thread, ThreadMove

MOST = 1_000  # comments; a large thread that moves would be a megabyte for every follower


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything public that changed after a position, as it is now, in order of revision.

    `gone` holds (id, thread id, revision) of comments that left the public tree; `closed` holds
    (id, revision, address) of threads that did, with where they go on if they were merged or moved.
    `stamps` are the positions since the one asked for, which comes first if it was stored, up to `position`.
    """

    position: Position
    stamps: list[Position]
    theme: dict[str, Any] | None = None
    threads: list[dict[str, Any]] = field(default_factory=list)
    closed: list[tuple[int, int, str]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    gone: list[tuple[int, int, int]] = field(default_factory=list)
    is_too_much: bool = False  # more than MOST comments: a page loaded anew is less
    is_foreign: bool = False  # this database never handed out the position asked for: it was restored since

    @property
    def revision(self) -> int:
        return self.position.revision


def place(text: str) -> dict[int, int]:
    """A revision of each of some themes, as addresses carry it: "3:127,4:12". Raises ValueError."""
    parts = [part.split(":") for part in text.split(",")]
    if not all(len(part) == 2 and all(_is_number(number) for number in part) for part in parts):
        raise ValueError(f"{text[:40]!r} is no place in a dialogue")
    return {int(theme): int(revision) for theme, revision in parts}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def since(theme_id: int, asked: Position) -> Changes | None:
    """The public changes of a theme after a position, as of one moment; None if there is no such theme.

    One moment, because a page stands at the position that comes with them: nothing older may be missing there, and
    nothing newer may show that a database loses which is restored a moment later.
    """
    with snapshot():
        return _since(theme_id, asked)


def _since(theme_id: int, asked: Position) -> Changes | None:
    rows = themes.shown(Theme.objects.filter(pk=theme_id))
    if not rows:
        return None
    [theme] = rows
    position = Position(theme["revision"], theme["stamp"])
    if position == asked:
        return Changes(asked, [asked])
    stamps = positions.history_between(asked, position, positions.stamps_from(theme_id, asked.revision))
    if stamps is None:
        return Changes(position, [position], is_foreign=True)
    # What was never public and does not show is no news: its existence alone would tell something.
    was_seen = Q(published_revision__isnull=False) | Q(in_public_tree=True)
    newer = Q(theme_id=theme_id, revision__gt=asked.revision)
    changed = Comment.objects.filter(was_seen, newer)
    here = comments.shown(changed.filter(in_public_tree=True), limit=MOST + 1)
    if len(here) > MOST:
        return Changes(position, stamps, is_too_much=True)
    touched = Thread.objects.filter(newer)
    return Changes(
        position,
        stamps,
        theme=theme,
        threads=threads.heads(touched.public().order_by("revision")),
        closed=_closed(touched) + _departed(ThreadMove.objects.filter(newer)),
        comments=sorted(here, key=lambda c: (c["revision"], c["number"])),
        gone=list(changed.filter(in_public_tree=False).order_by("revision").values_list("id", "thread_id", "revision")),
    )


def _closed(touched: Any) -> list[tuple[int, int, str]]:
    """Threads without a public comment; of those merged into another, where they go on if that is public."""
    rows = touched.filter(comment_count=0).order_by("revision")
    closed = rows.values_list("id", "revision", "continued_at_id", "continued_at__in_public_tree")
    return [(thread_id, revision, _merged_at(at, shown)) for thread_id, revision, at, shown in closed]


def _departed(moves: Any) -> list[tuple[int, int, str]]:
    """Threads that went to another theme, and may have been merged there."""
    departed = moves.order_by("revision").values_list(
        "thread_id",
        "revision",
        "thread__comment_count",
        "thread__continued_at_id",
        "thread__continued_at__in_public_tree",
    )
    return [
        (thread_id, revision, f"/threads/{thread_id}/" if count else _merged_at(at, shown))
        for thread_id, revision, count, at, shown in departed
    ]


def _merged_at(comment_id: int | None, in_public_tree: bool | None) -> str:
    """Where a merged thread goes on, if that can be seen."""
    return f"/comments/{comment_id}/" if in_public_tree else ""
