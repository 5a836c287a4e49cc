"""Starts the server: pages and live updates on one port."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from forum.doctor import readiness
from forum.events.queries.events import is_any
from forum.exchange.demonstration import account_lines, is_own_machine, load_demo

# The choices and their measured reasons are in docs/decisions/0006; `make bench-live` compares with these same ones.
OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": "forum.http.server:Http",  # httptools
    "ws": "forum.http.server:Socket",  # websockets-sansio
    "ws_max_size": 16_384,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 25,
    "ws_ping_timeout": 25,
    "timeout_graceful_shutdown": 5,
    "log_level": "warning",
    "lifespan": "off",
    # Each request begins without the context of the one before it on its connection, which has ended by then.
    "reset_contextvars": True,
    "server_header": False,
    "proxy_headers": False,
}


class Command(BaseCommand):
    requires_system_checks = []  # run by itself below: a problem is one clear line, not a report
    help = "Runs the Parley server. With --demo it first migrates the database and loads the demonstration event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--demo", action="store_true", help="migrate, and load the demonstration event if it does not exist"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse([readiness.setting_problems])
        check_port(host, port)
        refuse(readiness.BEFORE_MIGRATING)
        if options["demo"]:
            self._prepare_demo()
        refuse(readiness.BEFORE_SERVING)
        for warning in readiness.redis_is_away():
            self.stderr.write(warning)
        self._say(f"Parley is running at {settings.SITE_URL}/ (stop with Ctrl+C)")
        if options["demo"]:
            self._say_where_to_begin()
        connection.close()
        run(host, port)

    def _prepare_demo(self) -> None:
        self._say("Preparing the database …")
        call_command("migrate", verbosity=0)
        if not is_any():
            self._say("Loading the demonstration event …")
            load_demo(with_accounts=is_own_machine(settings.SITE_HOST))

    def _say_where_to_begin(self) -> None:
        if accounts := account_lines():
            self._say("Anyone can read. To write or to moderate, log in as one of these (email and password):")
        for line in accounts:
            self._say(line)
        if settings.EMAIL_SENT_BY.endswith("console.EmailBackend"):
            self._say("Emails are not sent: they are printed here.")

    def _say(self, line: str) -> None:
        """At once, also where the output is a file: each step can take some seconds."""
        self.stdout.write(line)
        self.stdout.flush()


def refuse(checks: Iterable[Callable[[], list[str]]]) -> None:
    """Raises CommandError with the first problem that one of these finds."""
    for check in checks:
        for problem in check():
            raise CommandError(problem)


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


def run(host: str, port: int) -> None:
    """Serves until stopped."""
    uvicorn.run("forum.worker:application", host=host, port=port, workers=settings.WEB_CONCURRENCY, **OPTIONS)
