"""Sign-up, confirmation, login, and the way back to the comment somebody wanted to answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from accounts.programs import sign_opening_time
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

CODE = "/accounts/confirm-email/"
LONG_AGO = sign_opening_time(datetime(2012, 11, 7, tzinfo=UTC))
NEW = {
    "name": "Nia New",
    "email": "nia@example.org",
    "password1": PASSWORD,
    "group": "technical",
    "organisation": "",
    "opened": LONG_AGO,
}


def code_in(letter: mail.EmailMessage) -> str:
    """The code of an email, which its subject says, too."""
    code = re.search(r"^\d{4}-\d{4}$", letter.body, re.M)[0]
    assert letter.subject == f"Parley: {code} is your code"
    return code


def confirm(client: Client):
    return client.post(CODE, {"code": code_in(mail.outbox[-1])})


def follow_link(client: Client):
    path = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+/)", mail.outbox[-1].body)[1]
    assert client.get(path).status_code == 200
    return client.post(path)


def test_who_signs_up_to_answer_comes_back_to_the_open_box(thread):
    client, wanted = Client(), f"/comments/{thread.opening_id}/reply/"
    response = client.post("/accounts/signup/", NEW | {"next": wanted})
    assert response["Location"] == CODE
    assert Person.objects.get(email="nia@example.org").name == "Nia New"
    assert b"nia@example.org" in client.get(CODE).content
    assert confirm(client)["Location"] == wanted
    assert b"Send reply" in client.get(wanted).content


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\x.example"]
)
def test_nobody_is_led_to_another_site(thread, wanted):
    client = Client()
    client.post("/accounts/signup/", NEW | {"next": wanted})
    assert confirm(client)["Location"] == "/"
    client.post("/accounts/logout/")
    response = client.post("/accounts/login/", {"login": "nia@example.org", "password": PASSWORD, "next": wanted})
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"group": ""}, "required"),
        ({"group": "king"}, "not one of the available choices"),
        ({"name": ""}, "required"),
        ({"name": "a\u202eb"}, "visible characters"),
        ({"email": "nonsense"}, "valid email"),
        ({"password1": "12345678"}, "too common"),
    ],
)
def test_a_sign_up_that_cannot_be_accepted_says_why(change, words):
    response = Client().post("/accounts/signup/", NEW | change)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Person.objects.exists()


def test_who_has_not_confirmed_cannot_log_in_and_is_told(thread):
    Client().post("/accounts/signup/", NEW)
    response = Client().post("/accounts/login/", {"login": "nia@example.org", "password": PASSWORD})
    assert response["Location"] == "/accounts/confirm-email/"


def test_the_same_answer_whether_an_address_is_known_or_not(cast):
    for path, field in (("/accounts/signup/", "email"), ("/accounts/password/reset/", "email")):
        answers = []
        for address in ("ada@example.org", "nobody@example.org"):
            response = Client().post(path, NEW | {field: address})
            answers.append((response.status_code, response["Location"]))
        assert answers[0] == answers[1], path


def test_a_placeholder_cannot_be_logged_in_or_reset(db):
    Person.objects.create_user(None, origin="import:x", name="Old Author", is_active=False)
    Client().post("/accounts/password/reset/", {"email": ""})
    assert mail.outbox == []


def test_logging_out_takes_a_post(cast):
    client = cast.client("ada")
    client.get("/accounts/logout/")
    assert "sessionid" in client.cookies
    client.post("/accounts/logout/")
    assert client.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"homepage": "https://spam.example"}, "A hidden field was filled in"),
        ({"opened": ""}, "unusually fast"),
        ({"opened": "1:forged"}, "unusually fast"),
        ({"opened": sign_opening_time(timezone.now() + timedelta(days=1))}, "unusually fast"),
    ],
)
def test_a_form_filled_in_by_a_program_comes_back_and_can_be_sent_again(filled, words):
    client = Client()
    response = client.post("/accounts/signup/", NEW | filled)
    page = response.content.decode()
    assert words in page
    assert "Nia New" in page
    assert "spam.example" not in page, "nobody could empty a field that they do not see"
    assert not Person.objects.exists()
    assert re.search(r'name="opened" value="([^"]+)"', page)[1].startswith("1"), "its time runs on, or begins"
    assert client.post("/accounts/signup/", NEW).status_code == 302


def test_sign_up_takes_two_seconds():
    for seconds, status in ((0.5, 200), (2.5, 302)):
        opened = sign_opening_time(timezone.now() - timedelta(seconds=seconds))
        assert Client().post("/accounts/signup/", NEW | {"opened": opened}).status_code == status
    assert Person.objects.count() == 1


def test_the_trap_is_out_of_sight_and_out_of_reach():
    page = Client().get("/accounts/signup/").content.decode()
    trap = re.search(r'<p class="trap" aria-hidden="true">.*?</p>', page, re.S)[0]
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap
    assert "required" not in trap
    opened = re.search(r'name="opened" value="([^"]+)"', page)[1]
    assert Client().post("/accounts/signup/", NEW | {"opened": opened}).status_code == 200
