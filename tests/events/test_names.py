"""Names that addresses need: no event and no theme takes one, and those that have one are listed."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from forum.kernel.names import FIRST, SECOND, is_taken
from forum.live.routing import EVENTS_AT, POLLED_AT
from forum.models import Event, Theme
from tests.access.administration import ADD_EVENT, ADD_THEME, EVENT, THEME, errors
from tests.factories import make_event, make_theme

pytestmark = pytest.mark.django_db


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address of the URLconf, as it is written there."""
    for pattern in patterns:
        here = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def words_at(place: int) -> set[str]:
    """The literal segments at one place of all addresses; a name with a dot cannot be that of an event or theme."""
    everything = [*routes(get_resolver().url_patterns), EVENTS_AT, POLLED_AT]
    found = set()
    for route in everything:
        segments = route.removeprefix("^").split("/")
        of_event = segments[0] == "<slug:event_slug>"
        if place < len(segments) and of_event == (place == 1):
            found.add(segments[place])
    return {word for word in found if word and not set(word) & set("<(.")}


def test_every_address_of_ours_is_among_the_names_that_are_taken():
    assert {"threads", "admin", "accounts", "live"} <= words_at(0) <= FIRST
    assert {"moderation", "live", "search"} <= words_at(1) <= SECOND
    assert {settings.STATIC_URL.strip("/"), "api", "events", "organise", "programme", "check-in"} <= FIRST
    assert {"common-ground", "publication", "sessions", "floor", "promises", "contributions", "report"} <= SECOND


@pytest.mark.parametrize("name", ["admin", "threads", "Threads", "programme", "healthz", "p-47"])
def test_no_event_takes_the_name_of_an_address(staff: Client, name: str):
    response = staff.post(ADD_EVENT, EVENT | {"slug": name})
    assert f"Parley uses the address “{name}”" in errors(response, "slug")[0]
    assert f'value="{name}"' in response.content.decode(), "what was typed comes back"
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["moderation", "live", "Search", "registration", "q-12"])
def test_no_theme_takes_the_name_of_an_address(staff: Client, event: Event, name: str):
    response = staff.post(ADD_THEME, THEME | {"event": event.pk, "slug": name})
    assert f"Parley uses the address “{name}”" in errors(response, "slug")[0]
    assert not Theme.objects.exists()


def test_what_has_such_a_name_already_is_listed_and_can_be_changed_otherwise(staff: Client):
    old = make_event(slug="programme", **{"title": "Old"})
    make_theme(old, slug="sessions")
    said = StringIO()
    call_command("check", databases=["default"], stderr=said)
    assert "/programme/ is an address that Parley uses itself." in said.getvalue()
    assert "/programme/sessions/ is an address that Parley uses itself." in said.getvalue()
    typed = EVENT | {"slug": "programme", "title": "New"}
    assert staff.post(f"/admin/forum/event/{old.pk}/change/", typed).status_code == 302
    assert Event.objects.get().title == "New"


def test_names_that_only_resemble_one_are_free():
    assert not any(is_taken(name, FIRST) for name in ("baku-2012", "threads-2013", "pp-47", "p-x"))
