"""What travels to followers: changes as JSON, each encoded once however many receive it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forum.dialogue import fragments
from forum.dialogue.queries.changes import Changes
from forum.events.queries.positions import Position, stamp_at

FRAME_BYTES = 60_000  # a text stays below 64 kB; a single longer change travels alone, in pieces
PIECE = 15_000  # characters of at most four bytes

_names = itertools.count(1)  # of frames that travel in pieces, in this process


@dataclass(frozen=True, slots=True)
class Change:
    """One change, ready to send. A later change of the same `what` replaces it."""

    what: tuple[str, int]
    revision: int
    text: str
    size: int  # bytes


def encoded(changes: Changes) -> list[Change]:
    """Every change of a query as text, in order of revision."""
    made = [_comment(row) for row in changes.comments]
    made += [_gone_comment(*row) for row in changes.gone]
    made += [_thread(row) for row in changes.threads]
    made += [_closed_thread(*row) for row in changes.closed]
    if changes.theme is not None:
        made.append(_theme(changes.theme))
    return sorted(made, key=lambda change: change.revision)


def frames(feed: str, since: Position, stamps: Sequence[Position], changes: list[Change]) -> list[str]:
    """The changes after `since` as frames, in order; the last one leads to the last of `stamps`.

    Each says from which position to which it leads. An earlier frame leads to the revision before the first change
    it leaves out, so that a follower cut off between two frames asks for the rest.
    """
    parts: list[list[Change]] = [[]]
    size = 0
    for change in changes:
        if parts[-1] and size + change.size > FRAME_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(change)
        size += change.size
    ends = [max(since.revision, part[0].revision - 1) for part in parts[1:]] + [stamps[-1].revision]
    made = []
    for end, part in zip(ends, parts, strict=True):
        position = since if end == since.revision else Position(end, stamp_at(stamps, end) or 0)
        made += _pieces(_frame(feed, since, position, part), part)
        since = position
    return made


def reset(feed: str) -> str:
    """Tells a follower that not every change can be sent: it must reload its page."""
    return json.dumps({"feed": feed, "reset": True})


def gone(feed: str) -> str:
    """Tells a follower that there is no such feed (any more)."""
    return json.dumps({"feed": feed, "gone": True})


def beat(feed: str, position: Position, following: int) -> str:
    """The sign of life: up to which position the follower was told everything, and about how many follow."""
    return json.dumps({"feed": feed, "beat": position.revision, "stamp": position.stamp, "following": following})


def writing(feed: str, comment_id: int) -> str:
    """Tells that somebody writes an answer to a comment."""
    return json.dumps({"feed": feed, "writing": comment_id})


def _pieces(text: str, changes: list[Change]) -> list[str]:
    """A frame as texts that every connection takes: itself, or its pieces, which the page puts together.

    Pieces carry the name of their frame: those of two frames may reach a page in turn.
    """
    if sum(change.size for change in changes) <= FRAME_BYTES:
        return [text]
    parts = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    name = next(_names)
    return [
        json.dumps({"piece": [n, len(parts)], "of": name, "text": part}, ensure_ascii=False)
        for n, part in enumerate(parts)
    ]


def _frame(feed: str, since: Position, position: Position, changes: list[Change]) -> str:
    inside = ",".join(change.text for change in changes)
    begins = f'"since":{since.revision},"since_stamp":{since.stamp}'
    ends = f'{begins},"revision":{position.revision},"stamp":{position.stamp}'
    return f'{{"feed":"{feed}",{ends},"changes":[{inside}]}}'


def _comment(row: dict[str, Any]) -> Change:
    return _encode(fragments.comment_change(row))


def _gone_comment(comment_id: int, thread_id: int, revision: int) -> Change:
    return _change("comment", comment_id, revision, {"thread": thread_id, "html": ""})


def _thread(row: dict[str, Any]) -> Change:
    return _change(
        "thread",
        row["id"],
        row["revision"],
        {
            "place": row["place"],
            "locked": row["is_locked"],
            "count": row["count_label"],
            "html": fragments.thread_row_html(row),
            "head": fragments.thread_head_html(row),
        },
    )


def _theme(row: dict[str, Any]) -> Change:
    says = {"stances": row["takes_stances"], "locked": row["is_locked"], "html": fragments.theme_row_html(row)}
    return _change("theme", row["id"], row["revision"], says)


def _closed_thread(thread_id: int, revision: int, goes_on_at: str) -> Change:
    return _change("thread", thread_id, revision, {"html": "", "head": "", "to": goes_on_at})


def _change(kind: str, key: int, revision: int, says: dict[str, Any]) -> Change:
    return _encode({"kind": kind, "id": key, "revision": revision} | says)


def _encode(body: dict[str, Any]) -> Change:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Change((body["kind"], body["id"]), body["revision"], text, len(text.encode()))
