"""Expensive work: how much of it one server process does at once, how many may wait for it, and for how long.

Everything here is counted per process. Whoever waits holds a thread and a connection to the database, so the places of
all kinds together stay below DATABASE_POOL (16): pages are served while pictures are drawn.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import TypeVar

from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason

T = TypeVar("T")
# Every thread keeps some of the memory that it gave back, and each request has a thread of its own: together they would
# keep hundreds of megabytes.
_drawing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


# glibc keeps freed memory for the process; this hands it back to the system. Other C libraries have no such call.
_trim: Callable[[int], int] | None = None
with suppress(AttributeError, OSError, TypeError):
    _trim = ctypes.CDLL(None).malloc_trim


def in_drawing_thread(make: Callable[[], T]) -> T:
    """What `make` returns or raises, from the one thread in which pictures are drawn.

    What they took goes back to the system: after twenty uploads at once it would be some 100 MB.
    """
    try:
        return _drawing.submit(copy_context().run, make).result()
    finally:
        if _trim:
            _trim(0)


class Work:
    """A kind of work with so many turns at once, so many places to wait for one, and seconds of patience."""

    def __init__(self, *, at_once: int, waiting: int, patience: float) -> None:
        self.patience = patience
        self._turns = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn and keeps it. Raises Refused (BUSY) if there is no place to wait, or none came in time."""
        if not self._places.acquire(blocking=False):
            raise Refused(Reason.BUSY)
        try:
            if not self._turns.acquire(timeout=self.patience):
                raise Refused(Reason.BUSY)
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


PICTURES = Work(at_once=1, waiting=5, patience=15)  # one decoded picture can take 120 MB, and what is made of it 30
PREVIEWS = Work(at_once=1, waiting=4, patience=5)  # a dear text takes a quarter of a second
PRINTS = Work(at_once=1, waiting=3, patience=10)
IMPORTS = Work(at_once=1, waiting=0, patience=0)  # minutes of work: nobody waits for another one's
