"""PostgreSQL and Redis servers of one's own, which may be stopped, killed and started again. Needs no Django."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis

from tests.services import free_port

BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
REDIS = shutil.which("redis-server")
SKIPS = os.environ.get("REQUIRE_SERVICES") != "1"
PATIENCE = 20.0  # seconds for a service to start


class Cluster:
    """A PostgreSQL server in a folder of its own; `options` are its settings beside the usual ones."""

    def __init__(self, folder: str, **options: str) -> None:
        self.folder, self.port = folder, free_port()
        self.options = options
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        settings = ("--auth=trust", "--username=postgres", "--no-sync", "--wal-segsize=4")
        self._run("initdb", *settings, f"--pgdata={folder}/data")

    def start(self) -> None:
        # No Unix socket: its folder may not be ours to write.
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"} | self.options
        options = " ".join([f"-p {self.port}", *(f"-c {name}={value}" for name, value in settings.items())])
        self._control("start", "--options", options, "--log", f"{self.folder}/log")

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "--mode", mode)

    def restart(self) -> None:
        self._control("restart", "--mode", "fast", "--log", f"{self.folder}/log")

    def kill(self) -> None:
        """The postmaster gets no last word. Its children notice, and end by themselves."""
        with suppress(ProcessLookupError, FileNotFoundError):
            os.kill(self.postmaster(), signal.SIGKILL)

    def postmaster(self) -> int:
        """The number of its main process. Raises FileNotFoundError if none was started."""
        return int(Path(f"{self.folder}/data/postmaster.pid").read_text().split()[0])

    def start_if_down(self) -> None:
        """Starts it unless it answers; after a kill it takes a moment until the last child has let go."""
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            with suppress(subprocess.SubprocessError):
                self.start()
            if time.monotonic() > deadline:
                raise AssertionError("PostgreSQL does not start again")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def _control(self, act: str, *options: str) -> None:
        self._run("pg_ctl", act, "--wait", "--timeout=30", f"--pgdata={self.folder}/data", *options)

    def _run(self, program: str, *arguments: str) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        assert BIN is not None
        command = [*as_postgres, str(BIN / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


@contextmanager
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory() as folder:
        own = Cluster(folder)
        own.start()
        try:
            yield own
        finally:
            own.stop("immediate")


class OwnRedis:
    """A Redis that keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert REDIS is not None
        command = [REDIS, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        with redis.Redis(port=self.port) as client:
            while time.monotonic() < deadline:
                with suppress(redis.ConnectionError):
                    client.ping()
                    return
                time.sleep(0.05)
        raise AssertionError("Redis does not start")

    def empty(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a Redis of the test's own."""
    own = OwnRedis()
    try:
        own.start()
        yield own.url
    finally:
        own.stop()
