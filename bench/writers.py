"""Who writes while others follow: a person with an account before the forum's own forms, or a bare server's trigger."""

from __future__ import annotations

import time
from typing import Any, Protocol

from bench.browser import Browser
from bench.servers import request

WORDS = (
    "Where cooperation begins, nobody waits for the others to begin: *somebody* invites, and the rest is habit. " * 4
)


class Writer(Protocol):
    """Makes a server tell its followers something."""

    def write(self, marker: str) -> float:
        """Sends a text that holds the marker; returns when the sending began, in seconds of the monotonic clock."""
        ...


class Participant:
    """Logs in by the site's form and answers a comment by its reply form, as a browser without scripts does."""

    def __init__(self, port: int, stage: dict[str, Any]) -> None:
        self.browser = Browser(port)
        self.browser.log_in(stage["email"], stage["password"])
        self.opening = stage["opening"]

    def write(self, marker: str) -> float:
        (form,) = self.browser.reply_forms(self.opening, [f"{marker}. {WORDS}"])
        begun = time.monotonic()
        answer = self.browser.send(form)
        assert answer.status == 302, f"the reply was answered {answer.status}"
        return begun


class Trigger:
    """Sends a bare server the very text that ours has sent, with another marker of the same length."""

    def __init__(self, port: int, text: str, marker: str) -> None:
        self.port = port
        self.text = text
        self.marker = marker

    def write(self, marker: str) -> float:
        assert len(marker) == len(self.marker)
        body = self.text.replace(self.marker, marker).encode()
        begun = time.monotonic()
        request(self.port, "POST", "/", body)
        return begun
