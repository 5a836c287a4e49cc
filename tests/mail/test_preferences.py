"""Email settings: on a page of one's own, by a link in an email, and by one click."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Person
from forum.kernel.outbox import Frequency
from forum.mail.queries import preferences
from forum.models import MailPreferences
from tests.mail.conftest import text_of

pytestmark = pytest.mark.django_db
ALL_OFF = dict.fromkeys(["reply", "mention", "followed", "moderation"], "off")


@pytest.fixture
def message(thread, say, sent):
    """The email about Ben's reply to Ada."""
    say("ben", "One.", to=thread.opening)
    (message,) = sent()
    return message


def path_in(message, name: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:8000(/email/{name}/[^\s]+)", text_of(message))
    assert found
    return found[1]


def test_somebody_changes_their_settings(cast):
    client = cast.client("ada")
    page = client.get("/email/settings/")
    assert "ada@example.org" in page.content.decode()
    answer = client.post("/email/settings/", ALL_OFF | {"followed": "weekly"}, follow=True)
    assert "Your email settings have been saved." in answer.content.decode()
    stored = preferences.of_person(cast.ada.pk)
    assert [stored.reply, stored.mention, stored.followed, stored.moderation] == ["off", "off", "weekly", "off"]


def test_what_does_not_exist_is_refused_with_a_sentence(cast):
    answer = cast.client("ada").post("/email/settings/", ALL_OFF | {"reply": "hourly"})
    assert answer.status_code == 422
    assert "hourly is not one of the available choices" in answer.content.decode()
    assert not MailPreferences.objects.exists()


def test_settings_open_from_an_email_without_logging_in(message, cast):
    path = path_in(message, "settings")
    answer = Client(enforce_csrf_checks=True).get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert Client(enforce_csrf_checks=True).post(path, ALL_OFF).status_code == 302
    assert preferences.of_person(cast.ada.pk).reply == Frequency.OFF


def test_one_click_stops_one_kind(message, cast):
    header = message["List-Unsubscribe"].strip("<>")
    assert header.endswith(path_in(message, "stop"))
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = header.removeprefix("http://127.0.0.1:8000")
    client = Client(enforce_csrf_checks=True)
    for method in (client.get, client.head, client.options):
        method(path)
    assert not MailPreferences.objects.exists(), "looking changes nothing"
    for _ in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    stored = preferences.of_person(cast.ada.pk)
    assert [stored.reply, stored.mention, stored.followed, stored.moderation] == [
        "off", "at_once", "daily", "at_once",
    ]  # fmt: skip
    assert client.cookies == {}


@pytest.mark.parametrize("where", ["/email/settings/", "/email/stop/"])
def test_a_link_that_nobody_signed_leads_nowhere(cast, where):
    for made_up in ("1", f"{cast.ada.pk}:abc", "x" * 100):
        assert Client().get(f"{where}{made_up}/").status_code == 404
        assert Client().post(f"{where}{made_up}/", ALL_OFF).status_code == 404


def test_a_link_of_one_page_is_none_of_the_other(message):
    settings_link, stop_link = path_in(message, "settings"), path_in(message, "stop")
    assert Client().get(settings_link.replace("/settings/", "/stop/")).status_code == 404
    assert Client().get(stop_link.replace("/stop/", "/settings/")).status_code == 404


def test_links_of_somebody_who_left_lead_nowhere(message, cast):
    Person.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert Client().get(path_in(message, "settings")).status_code == 404


def test_what_is_off_is_not_sent(message, cast, thread, say, sent):
    Client().post(path_in(message, "stop"))
    say("ben", "Two.", to=thread.opening)
    assert sent() == []
