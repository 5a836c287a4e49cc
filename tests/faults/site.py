"""A database with the demonstration event, and somebody who visits its site."""

from __future__ import annotations

import html
import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from uuid import uuid4

from forum.exchange.demonstration import PASSWORD
from tests.services import ROOT


def prepare(database_url: str) -> None:
    """Migrates a database and loads the demonstration event."""
    facts = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.settings", "REDIS_URL": ""}
    for command in ("migrate", "load_demo"):
        run = [sys.executable, "manage.py", command]
        subprocess.run(run, check=True, cwd=ROOT, env=os.environ | facts, stdout=subprocess.DEVNULL, timeout=180)


class Answer:
    def __init__(self, status: int, page: str, url: str, seconds: float) -> None:
        self.status, self.page, self.url, self.seconds = status, page, url, seconds

    def fields(self, of: str = "") -> dict[str, str]:
        """The hidden fields of the first form whose action ends so."""
        form = re.search(rf'<form[^>]*action="[^"]*{of}"[^>]*>(.*?)</form>', self.page, re.DOTALL)[1]
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        return {name: html.unescape(value) for name, value in found}


class Visitor:
    """A browser without scripts."""

    def __init__(self, url: str, *, patience: float = 60) -> None:
        self.url, self.patience = url, patience
        self.cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(self.cookies)

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.url + path))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask(urllib.request.Request(self.url + path, urllib.parse.urlencode(fields).encode()))

    def post_file(self, path: str, fields: dict[str, str], name: str, filename: str, content: bytes) -> Answer:
        mark = uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self._ask(urllib.request.Request(self.url + path, body, headers))

    def log_in(self, name: str) -> None:
        form = self.get("/accounts/login/").fields("/accounts/login/")
        told = self.post("/accounts/login/", form | {"login": f"{name}@parley.example", "password": PASSWORD})
        assert told.status == 200, told.page
        assert "sessionid" in {cookie.name for cookie in self.cookies.cookiejar}, told.page

    def reply_form(self, comment: int) -> tuple[str, dict[str, str]]:
        """Where a reply to a comment goes, and the form's own fields."""
        path = f"/comments/{comment}/reply/"
        return path, self.get(path).fields(path)

    def _ask(self, request: urllib.request.Request) -> Answer:
        begun = time.monotonic()
        try:
            with self.opener.open(request, timeout=self.patience) as answer:
                return Answer(answer.status, answer.read().decode(), answer.url, time.monotonic() - begun)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), error.url, time.monotonic() - begun)
