"""People who write by HTTP while something else goes on: replies, replies with a file, and files that are taken out."""

from __future__ import annotations

import http.client
import random
import re
import threading
from typing import Any
from urllib.parse import urlencode

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from forum.models import Comment
from tests.dialogue.test_attachments import PDF
from tests.factories import new_key, session_of
from tests.server import Server

TOKEN = "c" * 32
MOST_FILES = 25  # of one person; from thirty in ten minutes they are told to wait
FORM = "application/x-www-form-urlencoded"


class Somebody:
    """One person with a session, who writes until told to stop. `said` holds what was acknowledged."""

    def __init__(self, server: Server, person: Any, opening: Comment, *, seed: int) -> None:
        self.server, self.opening, self.person = server, opening, person
        self.cookie = f"sessionid={session_of(person)}; csrftoken={TOKEN}"
        self.choice = random.Random(seed)
        self.name = f"writer{seed}"
        self.said: list[str] = []
        self.files = self.taken_out = 0
        self.error: BaseException | None = None
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._write, name=self.name)

    def __enter__(self) -> Somebody:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.enough.set()
        self.thread.join(30)
        if self.error is not None:
            raise self.error

    def _write(self) -> None:
        try:
            while not self.enough.wait(self.choice.uniform(0.01, 0.05)):
                acts = [self.reply] * 4 + [self.reply_with_file, self.take_out]
                self.choice.choice(acts if self.files + self.taken_out < MOST_FILES else acts[:1])()
        except BaseException as error:
            self.error = error

    def reply(self, **fields: str) -> None:
        word = f"{self.name}n{len(self.said)}"
        form = {"source": f"Said {word}.", "key": new_key(), "csrfmiddlewaretoken": TOKEN} | fields
        assert self._post(f"/comments/{self.opening.pk}/reply/", urlencode(form).encode(), FORM)[0] == 302
        self.said.append(word)

    def reply_with_file(self) -> None:
        key, token = self._add()
        self.reply(key=key, **{f"alt-{token}": ""})
        self.files += 1

    def take_out(self) -> None:
        _, token = self._add()
        form = urlencode({"csrfmiddlewaretoken": TOKEN}).encode()
        assert self._post(f"/files/{token}/drop/", form, FORM)[0] in {200, 204, 302}
        self.taken_out += 1

    def _add(self) -> tuple[str, str]:
        """A file added to a form: its key and the file's name."""
        key = new_key()
        fields = {"key": key, "csrfmiddlewaretoken": TOKEN, "file": _Upload(PDF)}
        path = f"/themes/{self.opening.theme_id}/files/"
        status, said = self._post(path, encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT)
        assert status in {200, 201}, said
        found = re.search(r'data-file="([\w-]+)"', said)
        assert found, said
        return key, found[1]

    def _post(self, path: str, body: bytes, kind: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": kind, "Origin": self.server.url}
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        said = answer.read().decode()
        line.close()
        return answer.status, said


class _Upload:
    """A file as `encode_multipart` takes it."""

    name, content_type = "report.pdf", "application/pdf"

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self) -> bytes:
        return self.content
