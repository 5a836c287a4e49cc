"""Who writes while others follow: a person with an account before the forum's own forms, or a bare server's trigger."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Protocol

from bench.browser import Browser, Form
from bench.servers import request

AT_ONCE = 500  # forms made of one, so that asking for it falls between two measurements
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
        self.forms = self._forms()

    def write(self, marker: str) -> float:
        form = next(self.forms)
        form.fields[form.named("textarea")] = f"{marker}. {WORDS}"
        begun = time.monotonic()
        answer = self.browser.send(form)
        assert answer.status == 302, f"the reply was answered {answer.status}"
        return begun

    def _forms(self) -> Iterator[Form]:
        while True:
            yield from self.browser.reply_forms(self.opening, [""] * AT_ONCE)


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
