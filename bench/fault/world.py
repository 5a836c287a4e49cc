"""What the clients know of the dialogue: from what was acknowledged, and nothing else.

What somebody changes is busy until the change is answered, so that the order of what was acknowledged about a comment
is the order in which it happened, and the checker knows how it must stand in the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

LONGEST = 200  # comments of a thread before the talk goes on in another: followers have the whole of it on one page
NEAR = 30  # of the newest comments of a thread that are answered


@dataclass(eq=False)
class Thread:
    id: int
    theme: int
    opening: int
    stays: bool = False  # followers have its page open: it is not moved, and not locked
    is_locked: bool = False
    is_busy: bool = False
    comments: list[Comment] = field(default_factory=list)


@dataclass(eq=False)
class Comment:
    id: int
    author: int
    thread: Thread
    word: str
    status: str = "published"
    is_busy: bool = False


class World:
    def __init__(self, stage: dict[str, Any], choice: Random) -> None:
        self.choice = choice
        self.threads = {facts["id"]: Thread(**facts, stays=True) for facts in stage["threads"]}
        self.talk = {thread.theme: thread for thread in self.threads.values()}  # theme → where most is said
        self.revisions = dict.fromkeys(self.talk, 0)  # theme → the newest that anybody was told
        self.comments: dict[int, Comment] = {}
        self.by_status: dict[str, dict[int, Comment]] = {}
        self.gone: dict[str, float] = {}  # word → since when nobody may be shown it any more
        self.secret: set[str] = set()  # words that nobody may have been shown so far

    def add_thread(self, thread: Thread) -> None:
        self.threads[thread.id] = thread
        if len(self.talk[thread.theme].comments) >= LONGEST:
            thread.stays, self.talk[thread.theme] = True, thread

    def add(self, comment: Comment) -> None:
        self.comments[comment.id] = comment
        comment.thread.comments.append(comment)
        self.by_status.setdefault(comment.status, {})[comment.id] = comment

    def set_status(self, comment: Comment, status: str) -> None:
        self.by_status[comment.status].pop(comment.id)
        self.by_status.setdefault(status, {})[comment.id] = comment
        comment.status = status

    def hide(self, word: str) -> None:
        self.gone[word] = time.monotonic()

    def thread_to_write_in(self) -> Thread:
        """Mostly where a theme's talk is, so that many write into the same branches at once."""
        open_ = [thread for thread in self.talk.values() if not thread.is_locked]
        if open_ and self.choice.random() < 0.6:
            return self.choice.choice(open_)
        return self.choice.choice([*self.threads.values()][-60:])

    def parent_in(self, thread: Thread) -> int:
        near = [comment for comment in thread.comments[-NEAR:] if comment.status == "published"]
        return self.choice.choice(near).id if near and self.choice.random() < 0.75 else thread.opening

    def any_comment(self, status: str, *, by: int | None = None) -> Comment | None:
        """One of those in this state that nobody is changing, of the newest few hundred."""
        newest = [*self.by_status.get(status, {}).values()][-400:]
        return self._free(comment for comment in newest if by in {None, comment.author})

    def any_thread(self, *, is_locked: bool = False) -> Thread | None:
        """One that no follower has a page of."""
        return self._free(each for each in self.threads.values() if not each.stays and each.is_locked == is_locked)

    def _free(self, things: Iterable[Any]) -> Any:
        free = [thing for thing in things if not thing.is_busy]
        return self.choice.choice(free) if free else None


@contextmanager
def busy(thing: Thread | Comment) -> Iterator[None]:
    thing.is_busy = True
    try:
        yield
    finally:
        thing.is_busy = False
