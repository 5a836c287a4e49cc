"""A PgBouncer of one's own before a PostgreSQL of one's own. Needs no Django."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services import free_port
from tests.support.own_services import PATIENCE, Cluster

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SETTINGS = """
[databases]
* = host=127.0.0.1 port={behind} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
ignore_startup_parameters = extra_float_digits
"""


@contextmanager
def pooled(database: Cluster, *, mode: str, size: int) -> Iterator[str]:
    """The address of the same database by way of a pooler with so many connections to it."""
    assert PGBOUNCER is not None
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "pgbouncer.ini"
        file.write_text(SETTINGS.format(behind=database.port, port=port, mode=mode, size=size))
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it never runs as root
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        process = subprocess.Popen([*as_postgres, PGBOUNCER, str(file)], **quiet)
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        try:
            _wait_for(url)
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=3).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
