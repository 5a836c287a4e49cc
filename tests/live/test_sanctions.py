"""A suspension takes effect at once: lines and sessions end, and what was being written comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from django.test import Client

from accounts.models import Person
from tests.live.test_private import ends, open_socket, post_as
from tests.server import Server, running

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "What I typed for an hour."


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.mark.parametrize("kind", ["suspension", "ban"])
def test_who_is_shut_out_is_gone_from_every_open_page_within_a_second(server, event, thread, cast, say, kind):
    say("ben", "I doubt it.", to=thread.opening)
    if kind == "ban":
        Person.objects.filter(pk=cast.olga.pk).update(is_staff=True)
    ben: Client = cast.client("ben")
    fields = {"kind": kind, "theme": "0", "pace": "", "term": "day", "reason": "You shouted.", "note": ""}
    page = f"/{event.slug}/moderation/people/{cast.ben.pk}/"
    with (
        open_socket(server, ben) as here,
        open_socket(server, cast.client("ben")) as on_another_device,
        open_socket(server, cast.client("ada")) as of_somebody_else,
    ):
        for socket in (here, on_another_device, of_somebody_else):
            socket.ping().wait(5)
        post_as(server, cast.client("olga"), page, **fields)
        began = time.monotonic()
        assert ends(here) == 4401
        assert ends(on_another_device) == 4401
        assert time.monotonic() - began < 1
        with pytest.raises(TimeoutError):
            of_somebody_else.recv(timeout=1)
    with pytest.raises(HTTPError) as refused:
        post_as(server, ben, f"/comments/{thread.opening_id}/reply/", source=TYPED)
    assert refused.value.code == 403
    assert TYPED in refused.value.read().decode()


def test_a_silence_ends_no_line(server, event, thread, cast, say):
    say("ben", "I doubt it.", to=thread.opening)
    fields = {"kind": "silence", "theme": "0", "pace": "", "term": "day", "reason": "You shouted.", "note": ""}
    with open_socket(server, cast.client("ben")) as socket:
        socket.ping().wait(5)
        post_as(server, cast.client("mo"), f"/{event.slug}/moderation/people/{cast.ben.pk}/", **fields)
        assert socket.recv(timeout=5) == '{"look": "notifications"}'
