"""What a browser would show of a dialogue: the elements of its pages, as frames and fresh pages leave them."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from typing import Any

from tests.support.follower import Follower, Positions, Step

ELEMENT = re.compile(
    r'<(article|header) class="(?:comment|thread-row|theme-row|thread-head)" id="([a-z]+-\d+)".*?</\1>', re.DOTALL
)
REVISION = re.compile(r'data-revision="(\d+)"')
FOLLOW = re.compile(r'<body[^>]* data-follow="([^"]*)"')

State = dict[str, tuple[int, str]]


class Page:
    """What is shown, by element: {"comment-31": (revision, html)}; `follower` knows where the page is."""

    def __init__(self, positions: Positions) -> None:
        self.follower = Follower(positions)
        self.state: State = {}
        self.known: dict[str, int] = {}  # also of what has left the page
        self.gaps = 0  # frames that did not follow on what the page knew

    def hear(self, text: str, now: float) -> list[Step]:
        """Takes a text of the server; returns what else is to be done."""
        steps = self.follower.heard(message_of(text), now)
        for step in steps:
            if step["act"] == "apply":
                self.gaps += not step["isContiguous"]
                self._apply(step["changes"])
        return steps

    def read(self, pages: list[str]) -> None:
        """Takes over what freshly loaded pages show; the oldest of them says from where to go on.

        The first page may follow more themes than the last: only those of the last one are looked at.
        """
        follows = [follow_of(page) for page in pages]
        positions = {feed: min(follow[feed] for follow in follows) for feed in follows[-1]}
        shown = {found[2]: found[0] for page in pages for found in ELEMENT.finditer(page)}
        themes = {name for name in shown if name.startswith("theme-")}
        for other in themes - {feed.replace(":", "-") for feed in positions}:
            del shown[other]  # the event's page shows all of its themes
        self.state = {name: (int(REVISION.search(element)[1]), element) for name, element in shown.items()}
        self.known = {name: revision for name, (revision, _) in self.state.items()}
        self.follower.loaded(positions)

    def _apply(self, made: list[dict[str, Any]]) -> None:
        for change in made:
            self._settle(f"{change['kind']}-{change['id']}", change["revision"], change["html"])
            if change["kind"] == "thread":
                self._settle(f"head-{change['id']}", change["revision"], change["head"])

    def _settle(self, name: str, revision: int, element: str) -> None:
        if self.known.get(name, 0) >= revision:
            return
        self.known[name] = revision
        # The same text for all who hear it: a thousand followers in one process share what they know.
        if element:
            self.state[name] = (revision, element.strip())
        else:
            self.state.pop(name, None)


def follow_of(page: str) -> Positions:
    """The positions that a page was made from."""
    return json.loads(html.unescape(FOLLOW.search(page)[1]))


@lru_cache(1_000)
def message_of(text: str) -> dict[str, Any]:
    """A text of the server, read once for all who hear it. Nobody changes it."""
    return json.loads(text)
