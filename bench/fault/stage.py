"""Makes the database of DATABASE_URL ready for a run, and prints as JSON what the clients have to know of it."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need the settings
from django.utils import timezone  # noqa: E402

from accounts.models import Person  # noqa: E402
from bench.fault.words import WATCHED  # noqa: E402
from forum.kernel.choices import RoleKind  # noqa: E402
from forum.models import Comment, Event, Thread  # noqa: E402
from tests.factories import make_event, make_person, make_theme, open_thread, reply_to, session_of  # noqa: E402

THEMES, MODERATORS, PLANS = 3, 3, 6


def staged(writers: int, seconds: float) -> dict[str, Any]:
    """An event with some themes, people who are logged in, and threads that are planned to close during the run."""
    call_command("migrate", verbosity=0)
    event = make_event(hold_rules={"words": {"is_on": True, "words": [WATCHED]}})
    moderators = [make_person(f"moderator{n}") for n in range(MODERATORS)]
    for person in moderators:
        event.roles.create(person=person, kind=RoleKind.MODERATOR)
    people = [make_person(f"writer{n}") for n in range(writers)]
    themes = [make_theme(event, position=n, title=f"Theme {n}") for n in range(1, THEMES + 1)]
    openings = [open_thread(theme, moderators[0], f"About theme {theme.code}") for theme in themes]
    for person in people:  # who has written nothing yet is looked at in another way
        reply_to(openings[0], person, "I am here.")
    return {
        "event": event.slug,
        "themes": [{"id": theme.pk, "slug": theme.slug} for theme in themes],
        "threads": [_known(opening) for opening in openings],
        "writers": [_person(person) for person in people],
        "moderators": [_person(person) for person in moderators],
        "planned": _plans(event, moderators[0], seconds),
        "comments": Comment.objects.count(),
    }


def _plans(event: Event, by: Person, seconds: float) -> list[int]:
    """Threads that close by themselves, one after the other, all before the run ends."""
    theme, now, planned = event.themes.order_by("pk")[0], timezone.now(), []
    for n in range(PLANS):
        thread = open_thread(theme, by, f"Closes by itself, {n}").thread
        closes_at = now + timedelta(seconds=seconds * (n + 1) / (PLANS + 1))
        Thread.objects.filter(pk=thread.pk).update(closes_at=closes_at, planned_by=by, plan_reason="As planned.")
        planned.append(thread.pk)
    return planned


def _known(opening: Comment) -> dict[str, int]:
    return {"id": opening.thread_id, "theme": opening.theme_id, "opening": opening.pk}


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "session": session_of(person)}


if __name__ == "__main__":
    json.dump(staged(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
