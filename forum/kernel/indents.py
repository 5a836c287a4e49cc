"""How far each comment of a list is set in: a conversation of two does not wander to the right."""

from __future__ import annotations

from collections import Counter
from typing import Any

WIDEST = 5  # levels; what is deeper stands below each other and names whom it answers


def settled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, in reading order, with their indents: a function of the list alone.

    A comment steps in below what it answers, unless both are the only answer to theirs: then nobody else's words
    could be mistaken for a part of the exchange. The first answer always steps in.
    `static/js/thread/indents.js` does the same when something arrives.
    """
    answers = Counter(row["parent_id"] for row in rows if row["parent_id"])
    steps: dict[int, int] = {}
    only: dict[int, bool] = {}
    for row in rows:
        above = row["parent_id"]
        only[row["id"]] = row["level"] > 1 and answers[above] == 1
        if above in steps:
            stays = only[row["id"]] and only[above]
            steps[row["id"]] = steps[above] + (not stays)
        else:
            steps[row["id"]] = row["level"]
        row["indent"] = min(steps[row["id"]], WIDEST)
    return rows
