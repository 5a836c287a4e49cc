"""What a page that follows a dialogue must know and do: static/js/live/follower.js in Python, for tests and benches.

docs/live-protocol.md has the rules. tests/live/test_same_rules.py plays the same sequences to both.
"""

from __future__ import annotations

import json
import random as chance
from collections.abc import Callable
from typing import Any

SILENCE = 60_000.0  # ms without a word after which a connection that claims to be open is not believed
ASK_WITHIN = 1_000.0  # ms within which a page with a gap asks, so that many do not ask at once
LONGEST_ASK = 30_000.0  # ms, the same after many questions in vain
MOST_PIECED = 8  # frames of which some pieces have come
REMEMBERED = 50  # positions of a feed at which the page has been

Positions = dict[str, list[int]]  # feed → [revision, stamp]
Step = dict[str, Any]


class Follower:
    """Where a page is in each feed. Times are ms; what is to be done comes out as steps."""

    def __init__(self, positions: Positions, random: Callable[[], float] = chance.random) -> None:
        self.random = random
        self.resume_from: Positions | None = None
        self.loaded(positions)

    def opened(self, now: float) -> None:
        self.is_open, self.heard_at = True, now
        self.unanswered = set(self.positions)

    def closed(self) -> list[Step]:
        steps: list[Step] = [{"act": "load"}] if self.is_unsure and self.lose() else []
        self._forget()
        return steps

    def _forget(self) -> None:
        self.is_open, self.is_unsure, self.heard_at = False, False, 0.0
        self.pieces: dict[int, dict[int, str]] = {}
        self.gaps: dict[str, None] = {}  # in the order in which they were found
        self.unanswered: set[str] = set()
        self.ask_at: float | None = None
        self.tries = 0

    def heard(self, message: dict[str, Any], now: float) -> list[Step]:
        self.heard_at = now
        if "piece" in message:
            return self._piece(message, now)
        feed = message.get("feed")
        if feed not in self.positions:
            return []
        if message.get("writing"):
            return [{"act": "writing", "feed": feed, "comment": message["writing"]}]
        if message.get("gone") or message.get("reset"):
            self.unanswered.discard(feed)
        if message.get("gone"):
            return [{"act": "gone", "feed": feed}]
        if message.get("reset"):
            return self._reset()
        if "beat" in message:
            return self._beat(message, now)
        return self._frame(message, now)

    def due(self, now: float) -> list[Step]:
        if not self.is_open:
            return []
        if now - self.heard_at > SILENCE:
            return [{"act": "end"}]
        if self.ask_at is None or now < self.ask_at:
            return []
        self.ask_at = None
        self.tries += 1
        asked, self.gaps = self.gaps, {}
        self.unanswered = set(asked)
        return [{"act": "ask", "positions": {feed: self.positions[feed] for feed in asked}}]

    @property
    def due_at(self) -> float:
        """When to call `due` next, at the latest. (A page does so every 15 seconds, too: it may have slept.)"""
        silent_at = self.heard_at + SILENCE + 1
        return silent_at if self.ask_at is None else min(silent_at, self.ask_at)

    def hold(self) -> None:
        if self.resume_from is None:
            self.resume_from = dict(self.positions)

    def release(self) -> None:
        self.resume_from = None

    def rest(self) -> None:
        if self.resume_from is not None:
            self._stand_at(self.resume_from)

    def lose(self) -> bool:
        if self.is_stale:
            return False
        self.is_stale, self.ask_at = True, None
        return True

    def loaded(self, positions: Positions) -> None:
        self._stand_at(positions)
        if self.resume_from is not None:
            self.resume_from = dict(positions)
        self.is_stale = False
        self._forget()

    def _stand_at(self, positions: Positions) -> None:
        self.positions = dict(positions)
        self.been = {feed: dict([position]) for feed, position in positions.items()}

    def _piece(self, message: dict[str, Any], now: float) -> list[Step]:
        (n, count), name = message["piece"], message["of"]
        known = self.pieces.setdefault(name, {})
        known[n] = message["text"]
        if len(known) == count:
            del self.pieces[name]
            return self.heard(json.loads("".join(known[place] for place in range(count))), now)
        if len(self.pieces) > MOST_PIECED:
            del self.pieces[next(iter(self.pieces))]
        return []

    def _frame(self, message: dict[str, Any], now: float) -> list[Step]:
        feed, since, revision = message["feed"], message["since"], message["revision"]
        before = self.positions[feed][0]
        is_contiguous = since == 0 or self.been[feed].get(since) == message["since_stamp"]
        if not is_contiguous:
            self.is_unsure, self.gaps[feed] = True, None
        elif revision > before and not self.is_stale:
            self._go_to(feed, revision, message["stamp"])
        self._ask_if_needed(now)
        ends = {"isContiguous": is_contiguous, "since": before, "until": self.positions[feed][0]}
        return [{"act": "apply", "feed": feed, "changes": message["changes"], **ends}]

    def _go_to(self, feed: str, revision: int, stamp: int) -> None:
        self.positions[feed] = [revision, stamp]
        been = self.been[feed]
        been[revision] = stamp
        if len(been) > REMEMBERED:
            del been[next(iter(been))]

    def _beat(self, message: dict[str, Any], now: float) -> list[Step]:
        feed = message["feed"]
        self.unanswered.discard(feed)
        revision, own = self.positions[feed]
        beat = message["beat"]
        if beat > revision or (beat == revision and beat > 0 and message["stamp"] != own):
            self.gaps[feed] = None
        if not self.gaps and not self.unanswered:
            self.is_unsure, self.tries = False, 0
        self._ask_if_needed(now)
        return [{"act": "beat", "feed": feed, "following": message["following"]}]

    def _ask_if_needed(self, now: float) -> None:
        if self.gaps and self.ask_at is None and not self.unanswered and not self.is_stale:
            self.ask_at = now + self.random() * min(LONGEST_ASK, ASK_WITHIN * 2**self.tries)

    def _reset(self) -> list[Step]:
        if self.resume_from is not None:
            return [{"act": "rest"}]
        return [{"act": "load"}] if self.lose() else []
