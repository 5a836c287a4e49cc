"""The servers that `make bench-live` measures, each in processes of its own, and what they cost. Linux only: /proc."""

from __future__ import annotations

import http.client
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from bench import processes
from tests.services import ROOT

HOST = "127.0.0.1"
PATIENCE = 30.0  # seconds for a server to answer, and to become quiet
QUIET = 0.01  # seconds of CPU in a third of a second; whoever uses less has nothing left to do


class Server:
    """One running server: its tree of processes, their CPU time, their memory."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        environment: dict[str, str],
        root: Path,
        *,
        log: IO[bytes] | None = None,
    ) -> None:
        self.port = port
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=root, env=os.environ | environment, stderr=log, **quiet)

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the server ended at its start"
            with suppress(OSError):
                request(self.port, "GET", "/accounts/login/")
                return
            time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def wait_until_it_is_quiet(self) -> None:
        """Other processes of it may still be starting, and thousands of sockets opening."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = self.cpu()
            time.sleep(0.3)
            if self.cpu() - before < QUIET:
                return

    def pids(self) -> list[int]:
        """The server and everything it started."""
        return processes.tree(self.process.pid)

    def cpu(self) -> float:
        """Seconds of CPU."""
        return processes.cpu(self.process.pid)

    def memory(self) -> float:
        """kB. What processes share is counted once (PSS), so that two of them can be compared with one."""
        return float(sum(processes.kilobytes(self.process.pid, "smaps_rollup", "Pss").values()))

    def resident(self) -> dict[int, int]:
        """kB that each of its processes holds (RSS)."""
        return processes.kilobytes(self.process.pid, "status", "VmRSS")

    def peak(self) -> dict[int, int]:
        """kB that each of its processes has held at most."""
        return processes.kilobytes(self.process.pid, "status", "VmHWM")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(command: Sequence[str], port: int, *, root: Path = ROOT, **environment: str) -> Iterator[Server]:
    server = Server(command, port, environment, root)
    try:
        server.wait_until_it_answers()
        server.wait_until_it_is_quiet()
        yield server
    finally:
        server.stop()


def request(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, str]:
    """One request over a connection of its own, and its answer."""
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        return answer, answer.read().decode()
    finally:
        line.close()
