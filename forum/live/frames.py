"""What travels to followers: changes as JSON, each encoded once however many receive it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from forum import fragments
from forum.queries.changes import Changes

FRAME_BYTES = 60_000  # a text stays below 64 kB; a single longer change travels alone, in pieces
PIECE = 15_000  # characters of at most four bytes


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


def frames(theme_id: int, revision: int, changes: list[Change]) -> list[str]:
    """The changes as frames, in order; the last one carries `revision`.

    An earlier frame carries the revision before the first change it leaves out, so that a follower cut off
    between two frames asks for the rest.
    """
    parts: list[list[Change]] = [[]]
    size = 0
    for change in changes:
        if parts[-1] and size + change.size > FRAME_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(change)
        size += change.size
    # A change that committed while the rest was read may carry a revision above the one read first.
    ends = [min(part[0].revision - 1, revision) for part in parts[1:]] + [revision]
    made = [_frame(theme_id, end, part) for part, end in zip(parts, ends, strict=True)]
    return [piece for text, part in zip(made, parts, strict=True) for piece in _pieces(text, part)]


def reset(theme_id: int) -> str:
    """Tells a follower that it is too far behind and must load its page anew."""
    return json.dumps({"theme": theme_id, "reset": True})


def _pieces(text: str, changes: list[Change]) -> list[str]:
    """A frame as texts that every line takes: itself, or its parts, which the page puts together."""
    if sum(change.size for change in changes) <= FRAME_BYTES:
        return [text]
    parts = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    return [json.dumps({"piece": [n, len(parts)], "text": part}, ensure_ascii=False) for n, part in enumerate(parts)]


def _frame(theme_id: int, revision: int, changes: list[Change]) -> str:
    inside = ",".join(change.text for change in changes)
    return f'{{"theme":{theme_id},"revision":{revision},"changes":[{inside}]}}'


def _comment(row: dict[str, Any]) -> Change:
    return _encode(fragments.comment_change(row))


def _gone_comment(comment_id: int, thread_id: int, revision: int) -> Change:
    return _change("comment", comment_id, revision, thread=thread_id, html="")


def _thread(row: dict[str, Any]) -> Change:
    return _change(
        "thread",
        row["id"],
        row["revision"],
        place=row["place"],
        locked=row["is_locked"],
        count=row["count_label"],
        html=fragments.thread_row_html(row),
        head=fragments.thread_head_html(row),
    )


def _theme(row: dict[str, Any]) -> Change:
    says = {"stances": row["takes_stances"], "locked": row["is_locked"]}
    return _change("theme", row["id"], row["revision"], **says, html=fragments.theme_row_html(row))


def _closed_thread(thread_id: int, revision: int, goes_on_at: str) -> Change:
    return _change("thread", thread_id, revision, html="", head="", to=goes_on_at)


def _change(kind: str, key: int, revision: int, **more: Any) -> Change:
    return _encode({"kind": kind, "id": key, "revision": revision, **more})


def _encode(body: dict[str, Any]) -> Change:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Change((body["kind"], body["id"]), body["revision"], text, len(text.encode()))
