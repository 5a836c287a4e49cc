"""Who writes while others follow: a person with an account before the forum's own forms, or a bare server's trigger."""

from __future__ import annotations

import re
import time
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import uuid4

from bench.servers import HOST, request

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
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
        self.port = port
        self.cookies: dict[str, str] = {}
        login = {"login": stage["email"], "password": stage["password"]}
        self._send("/accounts/login/", self._form("/accounts/login/") | login)
        self.path = f"/comments/{stage['opening']}/reply/"
        self.fields = self._form(self.path)
        assert "by" in self.fields, "nobody is logged in"

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def write(self, marker: str) -> float:
        begun = time.monotonic()
        self._send(self.path, self.fields | {"source": f"{marker}. {WORDS}", "key": uuid4().hex})
        return begun

    def _form(self, path: str) -> dict[str, str]:
        """What the hidden fields of a page's forms say."""
        answer, page = request(self.port, "GET", path, headers={"Cookie": self.cookie})
        assert answer.status == 200, f"{path} answered {answer.status}"
        self._keep(answer)
        return dict(HIDDEN.findall(page))

    def _send(self, path: str, fields: dict[str, str]) -> None:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            "Origin": f"http://{HOST}:{self.port}",
        }
        answer, _ = request(self.port, "POST", path, urlencode(fields).encode(), headers)
        assert answer.status == 302, f"{path} answered {answer.status}"
        self._keep(answer)

    def _keep(self, answer: Any) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value


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
