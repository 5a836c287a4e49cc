"""PostgreSQL and Redis of a bench's own: started for it, and ended with it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.own_services import BIN, REDIS, Cluster, OwnRedis


def why_no_services() -> str:
    """Why this machine can start neither; empty if it can."""
    return "PostgreSQL's or Redis's own programs are not there" if BIN is None or REDIS is None else ""


@contextmanager
def two_processes(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a server with two processes on services of its own in a folder, which is made."""
    folder.mkdir()
    folder.chmod(0o755)  # PostgreSQL never runs as root: its user has to get to its own part
    with own_services(folder, fsync="on") as (cluster, redis):
        yield {"DATABASE_URL": cluster.url, "REDIS_URL": redis.url, "WEB_CONCURRENCY": "2"}


@contextmanager
def own_services(folder: Path, **options: str) -> Iterator[tuple[Cluster, OwnRedis]]:
    """Both, with PostgreSQL's data in a folder in this one, which its user must be able to reach.

    `options` are PostgreSQL's settings. While it lasts, either can be stopped, killed and started again.
    """
    place = folder / "postgresql"
    place.mkdir()
    cluster, redis = Cluster(str(place), **options), OwnRedis()
    with ExitStack() as ends:
        ends.callback(_end, cluster)
        cluster.start()
        ends.callback(redis.stop)
        redis.start()
        yield cluster, redis


def _end(cluster: Cluster) -> None:
    try:
        cluster.stop("immediate")
    except subprocess.SubprocessError:  # it is down already, or hears nothing any more
        cluster.kill()
