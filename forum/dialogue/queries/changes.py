"""What changed in a theme since a revision: the query behind every live update and every catch-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from forum.dialogue.queries import comments, themes, threads
from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.kernel.compiled import CompiledDicts, CompiledValues
from forum.kernel.snapshot import snapshot
from forum.models import Comment, Thread, ThreadMove

MOST = 1_000  # comments; a large thread that moves would be a megabyte for every follower

# What was never public and does not show is no news: its existence alone would tell something.
WAS_SEEN = Q(published_revision__isnull=False) | Q(in_public_tree=True)


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
    if (theme := themes.one(theme_id)) is None:
        return None
    position = Position(theme["revision"], theme["stamp"])
    if position == asked:
        return Changes(asked, [asked])
    stamps = positions.history_between(asked, position, positions.stamps_from(theme_id, asked.revision))
    if stamps is None:
        return Changes(position, [position], is_foreign=True)
    newer = {"theme": theme_id, "after": asked.revision}
    here = [key for (key,) in HERE.rows(**newer)]
    if len(here) > MOST:
        return Changes(position, stamps, is_too_much=True)
    heads = [key for (key,) in HEADS.rows(**newer)]
    return Changes(
        position,
        stamps,
        theme=theme,
        threads=sorted(threads.heads_by_keys(heads), key=lambda thread: thread["revision"]),
        closed=_closed(CLOSED.rows(**newer)) + _departed(DEPARTED.rows(**newer)),
        comments=sorted(comments.by_keys(here), key=lambda c: (c["revision"], c["number"])),
        gone=[(row["id"], row["thread_id"], row["revision"]) for row in GONE.rows(**newer)],
    )


def _here(theme: int, after: int) -> QuerySet[Comment, tuple[int]]:
    changed = Comment.objects.filter(WAS_SEEN, theme_id=theme, revision__gt=after, in_public_tree=True)
    return changed.order_by().values_list("pk")[: MOST + 1]


def _heads(theme: int, after: int) -> QuerySet[Thread, tuple[int]]:
    return Thread.objects.filter(theme_id=theme, revision__gt=after).public().order_by().values_list("pk")


def _closed_values(theme: int, after: int) -> QuerySet[Thread, Any]:
    touched = Thread.objects.filter(theme_id=theme, revision__gt=after, comment_count=0).order_by("revision")
    return touched.values("id", "revision", "continued_at_id", "continued_at__in_public_tree")


def _departed_values(theme: int, after: int) -> QuerySet[ThreadMove, Any]:
    moves = ThreadMove.objects.filter(theme_id=theme, revision__gt=after).order_by("revision")
    return moves.values(
        "thread_id",
        "revision",
        "thread__comment_count",
        "thread__continued_at_id",
        "thread__continued_at__in_public_tree",
    )


def _gone(theme: int, after: int) -> QuerySet[Comment, dict[str, Any]]:
    changed = Comment.objects.filter(WAS_SEEN, theme_id=theme, revision__gt=after)
    return changed.filter(in_public_tree=False).order_by("revision").values("id", "thread_id", "revision")


# Every change asks all of these again in each process: Django composing them was nine tenths of a look.
# Comments and heads come by their keys: with all their joins PostgreSQL plans that once, and a range each time.
HERE = CompiledValues[tuple[int]](_here, theme=int, after=int)
HEADS = CompiledValues[tuple[int]](_heads, theme=int, after=int)
CLOSED = CompiledDicts(_closed_values, theme=int, after=int)
DEPARTED = CompiledDicts(_departed_values, theme=int, after=int)
GONE = CompiledDicts(_gone, theme=int, after=int)


def _closed(rows: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Threads without a public comment; of those merged into another, where they go on if that is public."""
    return [
        (row["id"], row["revision"], _merged_at(row["continued_at_id"], row["continued_at__in_public_tree"]))
        for row in rows
    ]


def _departed(rows: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Threads that went to another theme, and may have been merged there."""
    return [(row["thread_id"], row["revision"], _departed_to(row)) for row in rows]


def _departed_to(row: dict[str, Any]) -> str:
    if row["thread__comment_count"]:
        return f"/threads/{row['thread_id']}/"
    return _merged_at(row["thread__continued_at_id"], row["thread__continued_at__in_public_tree"])


def _merged_at(comment_id: int | None, in_public_tree: bool | None) -> str:
    """Where a merged thread goes on, if that can be seen."""
    return f"/comments/{comment_id}/" if in_public_tree else ""
