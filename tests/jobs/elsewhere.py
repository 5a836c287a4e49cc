"""`manage.py do_due` in another process, and a mail server for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading

from tests.server import database_url
from tests.services import ROOT


def do_due_elsewhere(*, stderr: int | None = None, **environment: str) -> subprocess.Popen[bytes]:
    """`manage.py do_due` in a process of its own, with the product's own settings."""
    own = {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "0123456789" * 6,
        "SITE_URL": "http://127.0.0.1:8000",
        "DJANGO_SETTINGS_MODULE": "forum.settings",
    }
    command = [sys.executable, "manage.py", "do_due"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | own | environment, stderr=stderr)


class MailServer:
    """Takes emails; what `after_data` does happens when it has one and before it says so."""

    def __init__(self, after_data) -> None:
        self.taken: list[bytes] = []
        self.after_data = after_data
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self.listening.accept()
            with line, line.makefile("rwb") as talk:
                self._talk(talk)

    def _talk(self, talk) -> None:
        def say(words: bytes) -> None:
            talk.write(words + b"\r\n")
            talk.flush()

        say(b"220 here")
        while asked := talk.readline():
            if not asked.upper().startswith(b"DATA"):
                say(b"250 yes")
                continue
            say(b"354 go on")
            text = b""
            while (part := talk.readline()) not in {b".\r\n", b""}:
                text += part
            self.taken.append(text)
            if (answer := self.after_data()) is None:
                return
            say(answer)
