"""What is known of a kept page, and the pages that one process keeps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from forum.database.row_states import Rows
from forum.http.kept_bodies import Body

OVERHEAD = 2_000  # bytes of a page that are neither its body nor its key


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is made of: its rows, and when the clock alone changes it next (seconds since 1970)."""

    rows: tuple[Rows, ...]
    until: float = float("inf")


@dataclass(frozen=True)
class PageType:
    """Pages of one kind: what finds the subject of one (None where there is no page), and the parameters they know.

    `find` gets what the address names, and `now`. It may ask the database.
    """

    find: Callable[..., Subject | None]
    parameters: frozenset[str] = frozenset()

    def knows(self, query: str) -> bool:
        return {name for name, _ in parse_qsl(query, keep_blank_values=True)} <= self.parameters


@dataclass(frozen=True, slots=True)
class Key:
    """What tells one page from another."""

    path: str
    query: bytes
    language: str
    is_secure: bool


@dataclass(slots=True)
class Page:
    """A page as it is kept. It is right in its state, from `since` until `until`."""

    subject: Subject
    state: bytes
    since: float
    headers: list[tuple[bytes, bytes]]
    tag: str
    body: Body

    def is_due(self, now: float) -> bool:
        return not self.since <= now < self.subject.until


class Store:
    """The pages of this process, within so many bytes; what was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0
        self._pages: OrderedDict[Key, tuple[Page, int]] = OrderedDict()

    def get(self, key: Key) -> Page | None:
        if (found := self._pages.get(key)) is None:
            return None
        self._pages.move_to_end(key)
        return found[0]

    def put(self, key: Key, page: Page) -> None:
        """Also when a kept page has grown by another coding of its body."""
        self.drop(key)
        size = page.body.size + len(key.path) + len(key.query) + OVERHEAD
        if size > self.most:
            return
        self._pages[key] = page, size
        self.held += size
        while self.held > self.most:
            self.drop(next(iter(self._pages)))

    def drop(self, key: Key) -> None:
        if (found := self._pages.pop(key, None)) is not None:
            self.held -= found[1]
