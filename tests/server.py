"""A real server in a process of its own, on the same database as the tests."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from forum.models import Theme

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20  # seconds for a server to answer
FAR = 10**12  # a revision
_running: list[Server] = []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """Where the tests keep their data, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    config = connection.settings_dict
    return f"postgres://{config['USER']}@{config['HOST']}:{config['PORT'] or 5432}/{name}"


class Server:
    """`manage.py serve` on a free port; can be stopped and started again on the same one."""

    def __init__(self, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "SITE_URL": self.url,
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env | self.environment)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=2)
            except OSError:
                assert self.process.poll() is None, "the server ended at its start"
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server does not answer")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(15)


@contextmanager
def running(**environment: str) -> Iterator[Server]:
    server = Server(**environment)
    server.start()
    _running.append(server)
    try:
        yield server
    finally:
        _running.remove(server)
        server.stop()


def nudge() -> None:
    """What tests write is written in another process than the server's, which may have no shared channel layer: whoever
    asks from a revision that nobody has makes it look, instead of waiting for its turn every five seconds."""
    if os.environ.get("REDIS_URL"):
        return
    for server, theme_id in itertools.product(_running, Theme.objects.values_list("pk", flat=True)):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{server.url}/live/themes/{theme_id}/?since={FAR}", timeout=5).close()
