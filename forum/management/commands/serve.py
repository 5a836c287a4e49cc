"""Starts the server: pages and live updates on one port."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connection

from forum.exchange.demonstration import account_lines, is_own_machine, load_demo
from forum.jobs.rounds import keep_doing
from forum.queries.events import is_any

CONNECT_TIMEOUT = 5  # seconds
# The choices and their measured reasons are in docs/decisions/0006; `make bench-live` compares with these same ones.
OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    "ws": "websockets-sansio",
    "ws_max_size": 16_384,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 25,
    "ws_ping_timeout": 25,
    "timeout_graceful_shutdown": 5,
    "log_level": "warning",
    "lifespan": "off",
    "server_header": False,
    "proxy_headers": False,
}


class Command(BaseCommand):
    requires_system_checks = []  # run by itself below: a problem is one clear line, not a report
    help = "Serves Parley. With --demo it first migrates the database and loads the demonstration event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--demo", action="store_true", help="migrate, and load the demonstration event if there is none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        check_settings()
        check_port(host, port)
        check_database()
        if options["demo"]:
            call_command("migrate", verbosity=0)
            if not is_any():
                load_demo(with_accounts=is_own_machine(settings.SITE_HOST))
            for line in account_lines():
                self.stdout.write(line)
        self.stdout.write(f"Parley is at {settings.SITE_URL}/  (Ctrl+C stops it)")
        self.stdout.flush()
        connection.close()
        end = keep_doing()
        run(host, port)
        end()


def check_settings() -> None:
    """Raises CommandError with the first setting that would lose messages or worse."""
    for problem in run_checks():
        if problem.is_serious():
            raise CommandError(f"A setting is wrong: {problem.msg}")


def check_port(host: str, port: int) -> None:
    """Raises CommandError if somebody else has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used: {error}. Try make run PORT={port + 1}."
            ) from error


def check_database() -> None:
    """Raises CommandError if the database cannot be reached or written."""
    name = str(settings.DATABASES["default"]["NAME"])
    driver: Any = connection.Database  # type: ignore[attr-defined]
    try:
        if connection.vendor == "sqlite":
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            with connection.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE")  # fails on a file that cannot be written
                cursor.execute("ROLLBACK")
            return
        # One plain connection: the pool would try for half a minute and report every attempt.
        params = connection.get_connection_params() | {"connect_timeout": CONNECT_TIMEOUT}
        driver.connect(**params).close()
    except (DatabaseError, driver.Error, OSError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise CommandError(f"The database {name} cannot be used: {first_line}") from error


def run(host: str, port: int) -> None:
    """Serves until stopped."""
    uvicorn.run("forum.asgi:application", host=host, port=port, workers=settings.WEB_CONCURRENCY, **OPTIONS)
