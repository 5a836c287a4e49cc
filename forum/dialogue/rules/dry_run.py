"""What the rules would have held of comments that are written already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.dialogue.rules.holding import Found, History, HoldRule, digest_of, found_by
from forum.kernel.choices import HoldKind


@dataclass(frozen=True, slots=True)
class PastComment:
    """A comment of the past, as a dry run looks at it."""

    comment_id: int
    author_id: int
    theme_id: int
    at: datetime
    status: str
    refused_at: datetime | None
    text: str
    html: str
    passes: bool = False  # by a moderator or an author they trust: never held
    is_asked: bool = True  # what a dry run reports; the rest is only part of its author's history


def simulate(
    rules: Mapping[int, Sequence[HoldRule]], past: Iterable[PastComment]
) -> Iterator[tuple[PastComment, list[Found]]]:
    """What the rules of each theme would have held of comments that were written in this order, one after the other.

    Of what has passed only a few times, digests and numbers of each author are kept.
    """
    needs_texts = any(rule.kind is HoldKind.REPETITION for of_theme in rules.values() for rule in of_theme)
    histories: dict[int, History] = {}
    # Of the very same moment: none of them is earlier than the others.
    unsettled: dict[int, list[tuple[datetime, bytes, str, datetime | None]]] = {}
    for each in past:
        history = histories.setdefault(each.author_id, History())
        waiting = unsettled.setdefault(each.author_id, [])
        while waiting and waiting[0][0] < each.at:
            history.add(*waiting.pop(0))
        found = []
        if each.is_asked and not each.passes:
            found = found_by(rules.get(each.theme_id, ()), each.text, each.html, history, now=each.at)
        yield each, found
        digest = digest_of(each.text) if needs_texts else b""
        waiting.append((each.at, digest, each.status, each.refused_at))
