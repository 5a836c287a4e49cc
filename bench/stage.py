"""Fills the database of DATABASE_URL for `make bench-live` and prints as JSON what the bench has to know of it."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402 - models need the settings
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402

from accounts.models import Person  # noqa: E402
from bench.fill import fill  # noqa: E402
from forum.management.commands.serve import OPTIONS  # noqa: E402
from forum.models import Thread  # noqa: E402

COMMENTS = 1_000
PASSWORD = "a long and quiet password"


def main() -> dict[str, object]:
    """One theme with a thread that everybody follows, and a person who can log in and answer there."""
    call_command("migrate", verbosity=0)
    cache.clear()  # a Redis of tests may remember another database's threads by the same numbers
    theme = fill(COMMENTS)
    person = Person.objects.get(email="p0@example.org")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    thread = Thread.objects.order_by("-comment_count", "pk")[0]
    return {
        "theme": theme.pk,
        "thread": thread.pk,
        "opening": thread.opening_id,
        "email": person.email,
        "password": PASSWORD,
        "options": OPTIONS,
    }


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
