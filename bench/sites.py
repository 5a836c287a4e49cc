"""A build of Parley with a database of its own: filled, served, counted."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench import processes
from bench.against import Build
from bench.browser import Browser
from bench.servers import HOST, Server, running
from bench.services import own_services
from tests.services import ROOT, free_port
from tests.support.own_services import Cluster, OwnRedis

STAGE, PROBE = ROOT / "bench" / "outside" / "stage.py", ROOT / "bench" / "outside" / "probe.py"
# As a server has it, except that it counts statements: the tests' clusters do not wait for the disk.
OPTIONS = {
    "fsync": "on",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.save": "off",
    "max_wal_size": "2GB",
}
# What the server was sent. It counts among these what it asks itself at a COMMIT, for each foreign key of a new row.
STATEMENTS = """
    SELECT coalesce(sum(calls), 0)::bigint, coalesce(sum(total_plan_time), 0) FROM pg_stat_statements
    JOIN pg_database ON pg_database.oid = dbid
    WHERE datname = 'parley' AND query NOT LIKE 'SELECT % FROM ONLY % x WHERE % FOR KEY SHARE OF x'
"""
LOGINS_AT_ONCE = 2  # each costs a core for a good part of a second


class Kind(StrEnum):
    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


@dataclass
class Count:
    """What one request made: calls of functions, statements, and ms that PostgreSQL planned."""

    calls: int
    statements: int
    planning: float | None = None


@dataclass
class Site:
    """One build on one database. `served` is the server, while there is one."""

    build: Build
    kind: Kind
    folder: Path
    ends: ExitStack
    port: int = field(default_factory=free_port)
    stage: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Browser] = field(default_factory=dict)
    cluster: Cluster | None = None
    redis: OwnRedis | None = None
    served: Server | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.folder.chmod(0o755)  # PostgreSQL never runs as root: its user has to get to its own part
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "forum.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "SITE_URL": f"http://{HOST}:{self.port}",
            "ALLOWED_HOSTS": HOST,
            "EMAIL_URL": "dummymail://",
            "FILES_FOLDER": str(self.folder),
            "LIVE_CONNECTIONS_PER_ADDRESS": "100000",
            "DEBUG": "off",
            "DATABASE_URL": f"sqlite:///{self.folder}/site.sqlite3",
            "REDIS_URL": "",
        }
        if self.kind is Kind.POSTGRESQL:
            self.cluster, self.redis = self.ends.enter_context(own_services(self.folder, **OPTIONS))
            with self.cluster.connect() as connection:
                connection.execute("CREATE DATABASE parley")
                connection.execute("CREATE EXTENSION pg_stat_statements")
            self.statistics = self.ends.enter_context(self.cluster.connect())
            url = f"{self.cluster.url.rpartition('/')[0]}/parley"
            self.environment |= {"DATABASE_URL": url, "REDIS_URL": self.redis.url}

    @property
    def thread_url(self) -> str:
        """Where the longest thread is."""
        return f"http://{HOST}:{self.port}/threads/{self.stage['thread']}/"

    def fill(self, size: int | str) -> None:
        """With the build's own filler."""
        self.stage = json.loads(self.run(str(STAGE), str(size)))

    def run(self, *arguments: str) -> str:
        """What a command of Python says that runs in the build's folder."""
        environment = os.environ | self.environment
        command = [self.build.python, *arguments]
        done = subprocess.run(command, cwd=self.build.root, env=environment, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    @contextmanager
    def serving(self, processes: int, *, counted: bool = False) -> Iterator[None]:
        """Nothing is left in a cache from before. With `counted`, `count` can be asked, and no time means anything."""
        command = ["manage.py", "serve", "--port", str(self.port)]
        if counted:
            (self.folder / "probe").unlink(missing_ok=True)
            command = [str(PROBE), str(self.folder / "probe"), *command]
        if self.redis is not None:
            self.redis.empty()
        if self.cluster is not None:  # it costs time, so only where nothing is timed
            self.statistics.execute(
                f"ALTER SYSTEM SET pg_stat_statements.track_planning = {'on' if counted else 'off'}"
            )
            self.statistics.execute("SELECT pg_reload_conf()")
        environment = self.environment | {"WEB_CONCURRENCY": str(processes)}
        with running([self.build.python, *command], self.port, root=self.build.root, **environment) as self.served:
            self._log_in()
            yield
        self.served = None

    def _log_in(self) -> None:
        """Everybody once for all; sessions outlive a server."""
        if self.people:
            return
        emails = self.stage["roles"] | {f"writer {n}": email for n, email in enumerate(self.stage["writers"])}
        self.people = {name: Browser(self.port) for name in emails} | {"": Browser(self.port)}
        with ThreadPoolExecutor(LOGINS_AT_ONCE) as pool:
            password = self.stage["password"]
            list(pool.map(lambda name: self.people[name].log_in(emails[name], password), emails))

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU so far: the application's, and those of PostgreSQL and Redis."""
        assert self.served is not None
        services = 0.0
        if self.cluster is not None and self.redis is not None and self.redis.process is not None:
            services = processes.cpu(self.cluster.postmaster()) + processes.cpu(self.redis.process.pid)
        return self.served.cpu(), services

    def count(self) -> Count:
        """Since some moment: only differences say something. Asking is not counted."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "probe"))
            found = Count(**json.loads(line.makefile("rb").read()))
        if self.cluster is not None:
            row = self.statistics.execute(STATEMENTS).fetchone()
            assert row is not None
            found.statements, found.planning = row
        return found


@contextmanager
def filled(builds: list[Build], kind: Kind, size: int | str, folder: Path) -> Iterator[list[Site]]:
    """A site for each build; they are filled at the same time."""
    with ExitStack() as ends:
        place = folder / f"{kind}-{Path(str(size)).name}"
        place.mkdir()
        place.chmod(0o755)
        sites = [Site(build, kind, place / str(number), ends) for number, build in enumerate(builds)]
        with ThreadPoolExecutor(len(sites)) as pool:
            list(pool.map(lambda site: site.fill(size), sites))
        yield sites


@contextmanager
def serving(sites: list[Site], processes: int, *, counted: bool = False) -> Iterator[None]:
    """All of them at once."""
    with ExitStack() as ends:
        for site in sites:
            ends.enter_context(site.serving(processes, counted=counted))
        yield
