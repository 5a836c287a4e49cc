"""A site in its own folder: database, Redis, `manage.py serve`, and what restarts it."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench.fault.clock import Clock
from bench.fault.disk import Disk, small_disk
from bench.servers import Server, request
from bench.services import own_services
from tests.services import ROOT, free_port
from tests.support.line import Line, around
from tests.support.own_services import Cluster, OwnRedis

SIZES = {"sqlite": "300m", "postgresql": "600m"}  # of the small disks: what half an hour of writing needs, and more
WAL = {"max_wal_size": "64MB", "min_wal_size": "16MB"}  # what PostgreSQL keeps to recover from, on a small disk
PATIENCE = 60.0  # seconds for a server to answer
BETWEEN_STARTS = 1.0


class Kind(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Site:
    """Reached by `way_port`; starts again whatever ends, as a supervisor does."""

    def __init__(self, kind: Kind, folder: Path, way_port: int, *, has_own_clock: bool) -> None:
        self.kind, self.folder, self.has_own_clock = kind, folder, has_own_clock
        self.url = f"http://127.0.0.1:{way_port}"
        self.port = free_port()
        self.ends = ExitStack()
        self.cluster: Cluster | None = None
        self.redis: OwnRedis | None = None
        self.line: Line | None = None
        self.server: Server | None = None
        self.starts = 0

    def __enter__(self) -> Site:
        self.disk: Disk = self.ends.enter_context(small_disk(self.folder / "disk", SIZES[self.kind]))
        self.clock = Clock(self.folder)
        self.log = self.ends.enter_context((self.folder / "log").open("wb"))
        files = self.disk.folder / "files"
        files.mkdir()
        self.database_url = f"sqlite:///{self.disk.folder}/site.sqlite3"
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "forum.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": "dummymail://",
            "FILES_FOLDER": str(files),
            "LIVE_CONNECTIONS_PER_ADDRESS": "100000",  # everybody comes from one
            "DEBUG": "off",
        }
        own = {"DATABASE_URL": self.database_url, "REDIS_URL": "", "WEB_CONCURRENCY": "1"}
        if self.kind is Kind.POSTGRESQL:
            own = self._start_services()
        self.served = self.environment | own
        return self

    def __exit__(self, *_: object) -> None:
        if self.server is not None:
            self.server.stop()
        self.ends.close()

    def _start_services(self) -> dict[str, str]:
        self.folder.chmod(0o755)
        self.cluster, self.redis = self.ends.enter_context(own_services(self.disk.folder, **WAL))
        self.line = self.ends.enter_context(Line("127.0.0.1", self.cluster.port))
        self.database_url = self.cluster.url
        between = around(self.cluster.url, self.line)
        return {"DATABASE_URL": between, "REDIS_URL": self.redis.url, "WEB_CONCURRENCY": "2"}

    def run(self, module: str, *arguments: str, settings: str = "tests.settings") -> Any:
        """What a process says, as JSON, that has Django set up on this database, and no clock of its own."""
        environment = self.environment | {"DATABASE_URL": self.database_url, "REDIS_URL": ""}
        environment |= {"DJANGO_SETTINGS_MODULE": settings}  # in which making a password costs nothing
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def serve(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        clock = self.clock.environment if self.has_own_clock else {}
        self.server = Server(command, self.port, self.served | clock, ROOT, log=self.log)
        self.starts += 1

    async def keep_serving(self) -> None:
        """Starts the server again whenever it has ended, for ever."""
        while True:
            if self.server is None or self.server.process.poll() is not None:
                self.serve()
            await asyncio.sleep(BETWEEN_STARTS)

    async def until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(self._answers):
            assert time.monotonic() < deadline, "the server does not answer"
            await asyncio.sleep(0.1)

    def _answers(self) -> bool:
        with suppress(OSError):
            return request(self.port, "GET", "/readyz")[0].status == 200
        return False

    def parent(self) -> int:
        assert self.server is not None
        return self.server.process.pid

    def workers(self) -> list[int]:
        """The processes that serve: the only one, or the parent's children."""
        assert self.server is not None
        _, *others = self.server.pids()
        return [pid for pid in others if b"spawn_main" in _command_of(pid)] or [self.parent()]

    async def heal(self) -> None:
        """Everything that a fault broke works again."""
        self.disk.empty()
        self.clock.set(0)
        if self.line is not None and self.cluster is not None and self.redis is not None:
            self.line.speak()
            await asyncio.to_thread(self.cluster.start_if_down)
            if self.redis.process is None:
                await asyncio.to_thread(self.redis.start)
        await self.until_it_answers()


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _command_of(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
