"""The cast and their stage: ada and ben take part, mo moderates, olga organises, eve has no account."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client

from accounts.models import Person
from forum.kernel.choices import RoleKind
from forum.models import Comment, Event, Theme, Thread
from tests.factories import PASSWORD, make_event, make_person, make_theme, open_thread, reply_to, whole

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def pytest_configure() -> None:
    # Each Client builds the middleware anew, and WhiteNoise would read the whole of static/ each time.
    django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_finish() -> None:
    gc.freeze()  # what was loaded stays, and looking through it again and again takes time


@dataclass
class Cast:
    """Everybody, and how to open the forum as one of them."""

    ada: Person
    ben: Person
    mo: Person
    olga: Person
    eve: AnonymousUser

    def client(self, who: str) -> Client:
        client = Client()
        if who != "eve":
            client.force_login(getattr(self, who))
        return client


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Tests that roll back use the same numbers again, which a cache must not remember."""
    cache.clear()


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where files go while a test runs."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def event(db: None) -> Event:
    return make_event()


@pytest.fixture
def theme(event: Event) -> Theme:
    return make_theme(event)


@pytest.fixture
def cast(event: Event) -> Cast:
    people = {name: make_person(name) for name in ("ada", "ben", "mo", "olga")}
    event.roles.create(person=people["mo"], kind=RoleKind.MODERATOR)
    event.roles.create(person=people["olga"], kind=RoleKind.ORGANISER)
    return Cast(**people, eve=AnonymousUser())


@pytest.fixture
def thread(theme: Theme, cast: Cast) -> Thread:
    """A thread that ada opened."""
    return open_thread(theme, cast.ada, "Where does cooperation happen").thread


@pytest.fixture
def say(cast: Cast) -> Callable[..., Comment]:
    """Says something as somebody: say("ben", "I disagree", to=comment)."""

    def speak(who: str, source: str, *, to: Any) -> Comment:
        return reply_to(to, getattr(cast, who), source)

    return speak


@pytest.fixture
def held(event: Event, thread: Thread, cast: Cast) -> Callable[..., Comment]:
    """A new comment of ben's that waits for its words."""
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])

    def make(source: str = "The casino.") -> Comment:
        return whole(reply_to(whole(thread.opening_id), cast.ben, source).pk)

    return make


@pytest.fixture
def rita(cast: Cast, theme: Theme, event: Event) -> Person:
    """The rapporteur of the theme."""
    rita = make_person("rita")
    event.roles.create(person=rita, kind=RoleKind.RAPPORTEUR, theme=theme)
    cast.rita = rita  # so that cast.client("rita") knows them
    return rita


@pytest.fixture
def staff(db: None) -> Client:
    """The browser of whoever runs the server."""
    client = Client()
    client.force_login(Person.objects.create_superuser("staff@example.org", PASSWORD, name="Staff"))
    return client
