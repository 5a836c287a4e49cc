"""How the matrix asks: by whole requests through the product's own middleware, with what they write taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test.client import ClientHandler, RequestFactory

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
SAFE = ("GET", "HEAD", "OPTIONS")
CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE", "CREATE", "DROP", "ALTER")
DRAFT = '"forum_draft"'
LOGIN = "/accounts/login/"
# What a look may write, and why.
ENDED = 'DELETE FROM "django_session"'  # the session of who was suspended ends with the next thing they ask for
FROM_LETTER = ('INSERT INTO "django_session"', 'UPDATE "django_session"')  # allauth keeps the key of a letter's link


@dataclass
class Answer:
    """What came back, and by which statements it changed something."""

    status: int
    headers: dict[str, str]  # without what is another each time: the moment until which a browser may keep it
    body: bytes
    wrote: list[str]
    letters: int

    @property
    def word(self) -> str:
        """The cell that says it: `login` leads there, `done` has changed something, `kept` refuses a text and keeps it
        as a draft, all else is the status."""
        changed = [sql for sql in self.wrote if "django_session" not in sql]
        if changed and self.status < 400:
            return "done"
        if changed:
            return "kept" if all(DRAFT in sql for sql in changed) else f"{self.status} and wrote"
        if self.status == 302 and self.headers["Location"].startswith(LOGIN):
            return "login"
        return str(self.status)

    @property
    def everything(self) -> bytes:
        """The headers and the body."""
        return repr(self.headers).encode() + self.body


class Browser(RequestFactory):
    """Nothing of an earlier request is left in it; there is no token against forgery, so that roles decide.

    It is Django's test client without the copies of what templates were given, which take a tenth of the time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.requests: Counter[str] = Counter()
        self.statements = 0

    def request(self, **environ: Any) -> HttpResponseBase:
        return self.handler(self._base_environ(**environ))

    def ask(self, session: str, method: str, path: str, sent: Any = None) -> Answer:
        """One request. Whatever it writes is gone afterwards, so that the next one finds the same stage."""
        self.cookies = SimpleCookie({"sessionid": session} if session else {})
        self.requests[method] += 1
        letters = len(mail.outbox)
        with transaction.atomic(), self._watched() as wrote:
            response: Any = getattr(self, method.lower())(path, sent) if sent else getattr(self, method.lower())(path)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        if method == "POST":
            cache.clear()  # nobody has asked too often, and numbers that are given once more are not remembered
        headers = {name: value for name, value in response.items() if name != "Expires"}
        return Answer(response.status_code, headers, body, wrote, len(mail.outbox) - letters)

    @contextmanager
    def _watched(self) -> Iterator[list[str]]:
        wrote: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            self.statements += 1
            if sql.lstrip().upper().startswith(CHANGES):
                wrote.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield wrote
