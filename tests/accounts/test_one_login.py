"""One login for everybody: what it tells, whom it keeps out, and where its letters lead."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import parse_rates
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from forum.kernel.choices import SanctionKind
from forum.moderation.actions.sanctions import sanction
from tests.accounts.test_accounts import NEW
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db

LOGIN, RESET, SIGN_UP = "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"
HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "198.51.100.7"}


class CountingHasher(MD5PasswordHasher):
    """The hasher of the tests, which notes how often it works."""

    made = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).made += 1
        return super().encode(password, salt)


def log_in(who: str, password: str = PASSWORD, *, client: Client | None = None, **extra: Any) -> Any:
    return (client or Client()).post(LOGIN, {"login": f"{who}@example.org", "password": password}, **extra)


def is_in(response: Any) -> bool:
    return response.status_code == 302 and "sessionid" in response.cookies


@pytest.fixture
def root(cast: Any) -> Person:
    """Somebody of the staff."""
    Person.objects.filter(pk=cast.olga.pk).update(is_staff=True, is_superuser=True)
    return Person.objects.get(pk=cast.olga.pk)


def test_the_administration_is_entered_by_the_public_login(root):
    client = Client()
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(f"{LOGIN}?next=")
    response = client.post(response.redirect_chain[-1][0], {
        "login": root.email, "password": PASSWORD, "next": "/admin/",
    })  # fmt: skip
    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_password_sent_to_the_old_door_of_the_administration_opens_nothing(root):
    client = Client()
    typed = {"username": root.email, "password": PASSWORD, "next": "/admin/"}
    response = client.post("/admin/login/", typed)
    assert response["Location"].startswith(LOGIN)
    assert "sessionid" not in client.cookies


def test_who_is_logged_in_becomes_nobody_else_there(root, cast):
    client = Client()
    client.force_login(root)
    make_person("sam")
    Person.objects.filter(email="sam@example.org").update(is_staff=True)
    client.post("/admin/login/", {"username": "sam@example.org", "password": PASSWORD})
    assert int(client.session["_auth_user_id"]) == root.pk


def test_wrong_passwords_are_counted_for_staff_as_for_everybody(root):
    client = Client()
    for _ in range(5):
        assert not is_in(log_in("olga", "wrong", client=client))
    assert "Too many failed login attempts" in log_in("olga", client=client).content.decode()


def test_suspended_and_unconfirmed_staff_stay_outside(root, cast, event):
    sue = make_person("sue", verified=False)
    Person.objects.filter(pk__in=[sue.pk, cast.ben.pk]).update(is_staff=True)
    facts = {"reason": "x", "until": timezone.now() + timedelta(days=1), "by": cast.olga, "now": timezone.now()}
    sanction(cast.ben, SanctionKind.SUSPENSION, event, **facts)
    for who, status in (("sue", 302), ("ben", 403)):
        client = Client()
        assert log_in(who, client=client).status_code == status
        assert client.get("/admin/").status_code == 302


def test_passwords_are_changed_where_everybody_changes_them(root):
    client = Client()
    client.force_login(root)
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_who_is_made_on_the_server_can_log_in(db):
    Person.objects.create_superuser("root@example.org", PASSWORD, name="Root")
    assert is_in(log_in("root"))


def test_a_stranger_locks_nobody_out(cast):
    for _ in range(6):
        assert not is_in(log_in("ada", "wrong", **ELSEWHERE))
    assert "Too many failed login attempts" in log_in("ada", **ELSEWHERE).content.decode()
    assert is_in(log_in("ada", **HERE))


def test_another_name_of_the_host_begins_no_new_count(cast, settings):
    for place in range(5):
        log_in("ada", "wrong", HTTP_HOST=f"127.0.0.1:{8000 + place}")
    assert "Too many failed login attempts" in log_in("ada").content.decode()


def test_a_stranger_takes_no_letter_from_anybody(cast):
    for _ in range(8):
        assert Client().post(RESET, {"email": "ada@example.org"}, **ELSEWHERE).status_code == 302
    assert len(mail.outbox) == 3, "one network fills no mailbox"
    assert Client().post(RESET, {"email": "ada@example.org"}, **HERE).status_code == 302
    assert len(mail.outbox) == 4


def test_no_limit_counts_by_an_account_alone():
    pairs = {"login_failed", "send_email"}  # their key is network and account together: the two tests above
    by_key = {
        action for action, rates in app_settings.RATE_LIMITS.items() for rate in parse_rates(rates) if rate.per == "key"
    }
    assert by_key - {"verify_phone"} == pairs, "Parley knows no telephone numbers"


def seen(path: str, typed: dict[str, str]) -> dict[str, Any]:
    """Everything that somebody notices who sends an address: what is answered, what follows, and what is computed."""
    client, before = Client(), CountingHasher.made
    response = client.post(path, typed)
    page = client.get(response["Location"]).content.decode() if response.status_code == 302 else response.content
    return {
        "status": response.status_code,
        "to": response.get("Location", ""),
        "cookies": sorted(response.cookies),
        "hashes": CountingHasher.made - before,
        "letters": len(mail.outbox),
        "later": [client.get(door).status_code for door in (LOGIN, SIGN_UP, "/accounts/confirm-email/")],
        "page": re.sub(r"[\w.+-]+@example.org|csrf\w+\" value=\"\w+|\b1\d{12}:[\w-]+", "", str(page)),
    }


@pytest.mark.parametrize(
    ("path", "typed", "name", "hashes"),
    [
        (SIGN_UP, NEW, "email", 1),
        (LOGIN, {"password": "wrong"}, "login", 1),
        (RESET, {}, "email", 0),
    ],
)
@pytest.mark.parametrize("known", ["ada", "una", "ivy", "ida"])
def test_nobody_learns_who_has_an_account(cast, settings, path, typed, name, hashes, known):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_person("una", verified=False)
    Person.objects.create_user("ivy@example.org", None, name="Ivy")  # without a password
    Person.objects.create_user("ida@example.org", PASSWORD, name="Ida", is_active=False)
    answers = []
    for address in (f"{known}@example.org", "nobody@example.org"):
        mail.outbox.clear()
        answers.append(seen(path, typed | {name: address}))
    assert answers[0] == answers[1]
    assert answers[0]["hashes"] == hashes


def test_signing_up_writes_as_much_for_a_known_address_and_keeps_nothing(cast):
    writes = []
    for address in ("ada@example.org", "nobody@example.org"):
        people, addresses = Person.objects.count(), EmailAddress.objects.count()
        with CaptureQueriesContext(connection) as asked:
            Client().post(SIGN_UP, NEW | {"email": address})
        added = (Person.objects.count() - people, EmailAddress.objects.count() - addresses)
        assert added == ((0, 0) if address.startswith("ada") else (1, 1))
        inserts = re.findall(r"INSERT INTO \"(\w+)\"", " ".join(each["sql"] for each in asked))
        writes.append(inserts)
    assert sorted(writes[0]) == sorted(writes[1]) == ["account_emailaddress", "accounts_person", "django_session"]


def test_another_address_of_ones_own_tells_nothing_either(cast, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    answers = []
    for address in ("ada@example.org", "nobody@example.org"):
        mail.outbox.clear()
        client, before = cast.client("ben"), CountingHasher.made
        response = client.post("/accounts/email/", {"action_add": "", "email": address})
        answers.append((response.status_code, response.get("Location"), CountingHasher.made - before, len(mail.outbox)))
    assert answers == [(302, "/accounts/confirm-email/", 0, 1)] * 2


@pytest.mark.parametrize("host", ["127.0.0.1:9999", "testserver:81"])
def test_letters_lead_to_the_public_address_whatever_the_request_named(cast, settings, host):
    settings.SITE_URL = "https://forum.example.org"
    sent = {"HTTP_HOST": host}
    make_person("una", verified=False)
    Client().post(RESET, {"email": "ada@example.org"}, **sent)
    Client().post(RESET, {"email": "nobody@example.org"}, **sent)
    Client().post(SIGN_UP, NEW, **sent)
    Client().post(SIGN_UP, NEW | {"email": "ben@example.org"}, **sent)
    log_in("una", **sent)
    cast.client("mo").post("/accounts/email/", {"action_add": "", "email": "mo2@example.org"}, **sent)
    assert len(mail.outbox) == 6
    for letter in mail.outbox:
        links = ["https://forum.example.org"] if letter.to != ["mo2@example.org"] else []  # a code alone
        assert re.findall(r"https?://[^/\s]+", letter.body) == links
        assert "forum.example.org" in letter.body.splitlines()[-1]
        assert host not in letter.body
