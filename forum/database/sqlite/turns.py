"""A lock that is handed on in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from threading import Lock
from time import monotonic, sleep

BUSY_FOR = 2.0  # seconds for which a lock goes from hand to hand, before other processes get a chance
PAUSE = 0.12  # seconds; SQLite looks every 0.1 whether another process has let go


class Turns:
    """Each waits for its own signal, so nobody who comes later is served earlier."""

    def __init__(self) -> None:
        self.guard = Lock()
        self.is_taken = False
        self.taken_since = 0.0
        self.waiting: deque[Lock] = deque()

    def take(self, patience: float) -> bool:
        """Whether the turn came within so many seconds."""
        with self.guard:
            if not self.is_taken:
                self.is_taken, self.taken_since = True, monotonic()
                return True
            signal = Lock()
            signal.acquire()
            self.waiting.append(signal)
        if not signal.acquire(timeout=patience):
            with self.guard:
                if signal in self.waiting:
                    self.waiting.remove(signal)
                    return False  # otherwise it was handed on in this very moment
        if monotonic() - self.taken_since > BUSY_FOR:
            sleep(PAUSE)
            self.taken_since = monotonic()
        return True

    def hand_on(self) -> None:
        """To whoever has waited longest, if anybody does."""
        with self.guard:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self.is_taken = False
