"""Somebody without an account writes first and signs up after: the text waits in their session."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from forum.dialogue.web import before_login
from forum.models import Draft
from tests.factories import PASSWORD, new_key

pytestmark = pytest.mark.django_db

WORDS = "Written before I had an account."


def write(client: Client, path: str, act: str = "log-in", source: str = WORDS) -> Any:
    return client.post(path, {"source": source, "key": new_key(), "seen": "", "act": act})


def log_in(client: Client, who: str) -> None:
    client.post("/accounts/login/", {"login": f"{who}@example.org", "password": PASSWORD})


@pytest.fixture
def path(thread):
    return f"/comments/{thread.opening_id}/reply/"


@pytest.mark.parametrize(("act", "page"), [("sign-up", "/accounts/signup/"), ("log-in", "/accounts/login/")])
def test_both_ways_lead_back_to_the_box(thread, path, act, page):
    to = write(Client(), path, act)["Location"]
    assert to == f"{page}?next=%2Fcomments%2F{thread.opening_id}%2Freply%2F%23reply-{thread.opening_id}-source"


def test_the_text_becomes_a_draft_of_whoever_logs_in_next(cast, path):
    client = Client()
    write(client, path)
    log_in(client, "ben")
    page = client.get(path).content.decode()
    assert f">{WORDS}</textarea>" in page
    assert Draft.objects.get().author == cast.ben
    assert WORDS not in cast.client("ada").get(path).content.decode()


def test_a_text_of_another_person_is_not_given_to_who_logs_in(cast, path):
    """Whose session ended while they wrote: the form says whose words it brings, also when it is sent again."""
    ada = cast.client("ada")
    by = re.search(r'name="by" value="([^"]+)"', ada.get(path).content.decode())[1]
    client = Client()
    page = client.post(path, {"source": WORDS, "key": new_key(), "by": by}).content.decode()
    assert f'name="by" value="{by}"' in page
    client.post(path, {"source": WORDS, "key": new_key(), "by": by, "act": "log-in"})
    log_in(client, "ben")
    assert WORDS not in client.get(path).content.decode()


def test_an_empty_text_is_no_hindrance(cast, path):
    client = Client()
    assert write(client, path, source=" \n")["Location"].startswith("/accounts/login/")
    log_in(client, "ben")
    assert not Draft.objects.exists()


def test_one_network_fills_no_database(path, monkeypatch):
    monkeypatch.setattr(before_login, "KEPT_PER_HOUR", 2)
    answers = [write(Client(), path) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    page = answers[-1].content.decode()
    assert f">{WORDS}</textarea>" in page
    assert "cannot keep more texts" in page


def test_pages_for_everybody_lead_there_and_take_nothing_themselves(thread, path):
    page = Client().get(f"/threads/{thread.pk}/").content.decode()
    assert f'href="{path}#reply-{thread.opening_id}-source" data-write' in page
    assert "csrfmiddlewaretoken" not in page
