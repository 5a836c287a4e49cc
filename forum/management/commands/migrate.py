"""Django's migrate, which says in one sentence that a database is too old for this version."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from forum.kernel import schema


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        if lost := schema.compare(schema.applied(connections[options["database"]])).lost:
            raise CommandError(schema.too_old(lost))
        super().handle(*args, **options)
