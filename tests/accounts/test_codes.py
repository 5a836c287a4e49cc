"""An address is confirmed by a code in the browser that asked for it, or by the link in any browser."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import Person
from tests.accounts.test_accounts import CODE, NEW, code_in, confirm, follow_link
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db

SIGN_UP, LOGIN = "/accounts/signup/", "/accounts/login/"


def sign_up(thread: Any = None, **changed: str) -> Client:
    client = Client()
    wanted = f"/comments/{thread.opening_id}/reply/" if thread else ""
    assert client.post(SIGN_UP, NEW | {"next": wanted} | changed)["Location"] == CODE
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


@pytest.mark.parametrize("typed", [str, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "])
def test_the_code_logs_in_however_it_is_grouped(typed):
    client = sign_up()
    client.post(CODE, {"code": typed(code_in(mail.outbox[-1]))})
    assert is_in(client)
    assert EmailAddress.objects.get().verified


def test_the_link_logs_in_the_browser_that_asked_and_no_other(thread):
    client = sign_up(thread)
    assert follow_link(client)["Location"] == f"/comments/{thread.opening_id}/reply/"
    assert is_in(client)
    assert client.get(CODE)["Location"] == "/accounts/email/"  # nothing is left to type
    other, _asked = Client(), sign_up(thread, email="ned@example.org")
    assert follow_link(other)["Location"] == LOGIN
    assert not is_in(other)
    assert EmailAddress.objects.get(email="ned@example.org").verified


def test_the_code_goes_on_after_the_link_was_followed_elsewhere(thread):
    client = sign_up(thread)
    follow_link(Client())
    assert client.post(CODE, {"code": wrong(code_in(mail.outbox[-1]))}).status_code == 200
    assert not is_in(client)
    assert confirm(client)["Location"] == f"/comments/{thread.opening_id}/reply/"
    assert is_in(client)


def test_a_code_is_good_in_its_own_browser_only():
    sign_up()
    assert Client().post(CODE, {"code": code_in(mail.outbox[-1])})["Location"] == LOGIN
    assert not EmailAddress.objects.get().verified


def test_a_wrong_code_is_told_at_its_field_and_the_fifth_ends_it(thread):
    client = sign_up(thread)
    code = wrong(code_in(mail.outbox[-1]))
    for _ in range(4):
        page = client.post(CODE, {"code": code}).content.decode()
        assert "not the code from the newest email" in re.search(r'id="id_code_error".*?</div>', page, re.S)[0]
    response = client.post(CODE, {"code": code})
    assert response["Location"] == f"{LOGIN}?next=%2Fcomments%2F{thread.opening_id}%2Freply%2F"
    assert "Too many wrong codes" in client.get(response["Location"]).content.decode()
    assert client.post(CODE, {"code": code_in(mail.outbox[-1])})["Location"].startswith(LOGIN)
    assert not is_in(client)


def test_an_expired_code_leads_to_the_login_and_on_from_there(thread):
    client = sign_up(thread)
    session = client.session
    session["account_email_verification_code"]["at"] = time.time() - 16 * 60
    session.save()
    response = client.post(CODE, {"code": code_in(mail.outbox[-1])})
    assert response["Location"].startswith(f"{LOGIN}?next=")
    assert "This code has expired" in client.get(response["Location"]).content.decode()
    wanted = f"/comments/{thread.opening_id}/reply/"
    typed = {"login": "nia@example.org", "password": PASSWORD, "next": wanted}
    assert client.post(LOGIN, typed)["Location"] == CODE
    assert confirm(client)["Location"] == wanted


def test_a_new_code_can_be_asked_for_twice_and_only_the_newest_works():
    client = sign_up()
    first = code_in(mail.outbox[-1])
    for _ in range(2):
        assert client.post(CODE, {"action": "resend"})["Location"] == CODE
    page = client.get(CODE).content.decode()
    assert "Send a new code" not in page
    assert len(mail.outbox) == 3
    assert client.post(CODE, {"code": first}).status_code == 200
    confirm(client)
    assert is_in(client)


def test_a_wrong_address_can_be_given_up(thread):
    client = sign_up(thread, email="nai@example.org")
    response = client.post(CODE, {"action": "cancel"})
    assert response["Location"].startswith(f"{SIGN_UP}?next=")
    assert client.get(response["Location"]).status_code == 200
    assert client.post(SIGN_UP, NEW)["Location"] == CODE


def everything_about(email: str) -> list[tuple[Any, ...]]:
    """What somebody sees who signs up with an address they do not have, tries codes, asks for more, and begins anew."""
    client, seen = sign_up(email=email), []
    steps = [{"code": "1234-5678"}, {"action": "resend"}, {"action": "resend"}, {"action": "resend"}, {"code": "x"}]
    steps += [{"action": "change", "email": "c@example.org"}, {"code": "0"}, {"code": "0"}, {"code": "0"}]
    for step in steps:
        response = client.post(CODE, step)
        page = client.get(CODE) if response.status_code == 302 else response
        text = re.sub(r'[\w.+-]+@example.org|value="\w{64}"', "", page.content.decode())
        seen.append((response.status_code, response.get("Location"), page.status_code, text))
    for _ in range(2):
        response = Client().post(SIGN_UP, NEW | {"email": email})
        seen.append((response.status_code, "several emails" in response.content.decode()))
    return seen


@pytest.mark.parametrize("known", ["ada", "una"])
def test_no_step_tells_whether_an_address_is_known(cast, known):
    make_person("una", verified=False)
    one, other = everything_about(f"{known}@example.org"), everything_about("nobody@example.org")
    assert one == other
    assert one[-1] == (200, True), "the fourth email within five minutes is refused before anything is written"


def test_an_email_that_would_not_go_is_said_at_its_field():
    for _ in range(3):
        sign_up(email="ned@example.org")
        Person.objects.all().delete()
    page = Client().post(SIGN_UP, NEW | {"email": "ned@example.org"}).content.decode()
    assert "We sent several emails to this address" in re.search(r'id="id_email_error".*?</div>', page, re.S)[0]
    assert 'value="Nia New"' in page
    assert not Person.objects.exists()


def test_a_login_that_cannot_be_sent_a_code_is_told_so():
    make_person("una", verified=False)
    for status in (302, 302, 302, 429):
        answer = Client().post(LOGIN, {"login": "una@example.org", "password": PASSWORD})
        assert answer.status_code == status
    assert "try again in five minutes" in answer.content.decode()
    assert len(mail.outbox) == 3


def test_another_address_is_added_when_its_code_is_typed(cast):
    ben = cast.client("ben")
    ben.post("/accounts/email/", {"action_add": "", "email": "ben2@example.org"})
    assert not EmailAddress.objects.filter(email="ben2@example.org").exists()
    assert confirm(ben)["Location"] == "/accounts/email/"
    assert EmailAddress.objects.get(email="ben2@example.org").user == cast.ben
    assert EmailAddress.objects.get(user=cast.ben, primary=True).email == "ben@example.org"
