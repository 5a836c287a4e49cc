"""A real server in a process of its own, on the same database as the tests."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import signal
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
from tests.services import ROOT, free_port

PATIENCE = 60  # seconds for a server to answer, on a machine that runs much else
FAR = 10**12  # a revision
_running: list[Server] = []


def database_url() -> str:
    """Where the tests keep their data, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    config = connection.settings_dict
    return f"postgres://{config['USER']}@{config['HOST']}:{config['PORT'] or 5432}/{name}"


class Server:
    """`manage.py serve` on a free port; can be stopped and started again on the same one."""

    def __init__(self, *, log: Path | None = None, **environment: str) -> None:
        self.log = log  # where its standard error goes
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
            "LIVE_CONNECTIONS_PER_ADDRESS": "100000",  # everybody in the tests comes from one
        }
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with contextlib.ExitStack() as opened:
            stderr = opened.enter_context(self.log.open("a")) if self.log else None
            self.process = subprocess.Popen(command, cwd=ROOT, env=env | self.environment, stderr=stderr)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
                    line.request("GET", "/accounts/login/")
                    line.getresponse().read()
            except (OSError, http.client.HTTPException):
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
def running(*, log: Path | None = None, **environment: str) -> Iterator[Server]:
    server = Server(log=log, **environment)
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
            urllib.request.urlopen(f"{server.url}/live/themes/{theme_id}/?since={FAR}&stamp=1", timeout=5).close()


def processes(server: Server) -> list[int]:
    """The server's own process and those it has started, itself first."""
    assert server.process is not None
    found = [server.process.pid]
    for pid in found:
        for started in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in started.read_text().split()]
    return found


def kill(server: Server) -> None:
    """No process of the server gets a last word."""
    for pid in processes(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert server.process is not None
    server.process.wait(15)
