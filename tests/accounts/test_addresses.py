"""Email addresses that no mail can reach are refused at every door, before they are put into lower case."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.addresses import check_address
from accounts.models import Person
from tests.accounts.test_accounts import NEW
from tests.factories import PASSWORD

MEANT = {
    "İlham@x.az": "ilham@x.az",
    "ılham@x.az": "ilham@x.az",
    "i\u0307lham@x.az": "ilham@x.az",
    "ſam@x.az": "sam@x.az",
    "\u212aim@x.az": "kim@x.az",
    "sam@x\u212a.az": "sam@xk.az",
    "sam@İx.az": "sam@ix.az",
    "ADİL.Q+a@x.az": "adil.q+a@x.az",
    "ａｄａ@x.az": "ada@x.az",
}
UNREACHABLE = [*MEANT, "əli@x.az", "ada\u200b@x.az", "аda@x.az"]


@pytest.mark.either
@pytest.mark.parametrize("address", UNREACHABLE)
def test_an_unreachable_address_is_refused_with_the_one_that_was_meant(address):
    with pytest.raises(ValidationError) as refusal:
        check_address(address)
    [sentence] = refusal.value.messages
    found = re.search(r"Did you mean (\S+)\?", sentence)
    assert (found[1] if found else None) == MEANT.get(address)


@pytest.mark.either
@pytest.mark.parametrize(
    "address", ["Ilham@x.az", "a.b+c@x.az", "x@bücher.example", "x@ışık.example", "root@localhost"]
)
def test_other_addresses_are_taken(address):
    check_address(address)


@pytest.mark.either
def test_no_letter_that_folds_into_ascii_gets_through():
    """Of all of Unicode: whatever Django's check takes in place of an ASCII letter, ours refuses before the @."""
    for code in [*range(0x80, 0xD800), *range(0xE000, 0x30000)]:
        with pytest.raises(ValidationError):
            check_address(f"a{chr(code)}@x.az")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["İlham@x.az", "\u212aim@x.az", "əli@x.az"])
@pytest.mark.parametrize(
    ("who", "path", "name", "filled"),
    [
        ("eve", "/accounts/signup/", "email", NEW),
        ("eve", "/accounts/login/", "login", {"password": PASSWORD}),
        ("eve", "/accounts/password/reset/", "email", {}),
        ("ben", "/accounts/email/", "email", {"action_add": ""}),
        ("olga", "/{event}/moderation/team/", "email", {"kind": "moderator", "theme": "every"}),
        ("eve", "/comments/{comment}/report/", "email", {"explanation": "It is.", "name": "Eve", "is_true": "on"}),
    ],
)
def test_no_door_takes_one(address, who, path, name, filled, cast, thread, event):
    people, addresses = Person.objects.count(), EmailAddress.objects.count()
    where = path.format(event=event.slug, comment=thread.opening_id)
    answer = cast.client(who).post(where, filled | {name: address})
    assert answer.status_code in (200, 422)
    assert "a letter that mail cannot use" in answer.content.decode()
    assert (Person.objects.count(), EmailAddress.objects.count()) == (people, addresses)
    assert mail.outbox == []


@pytest.mark.django_db
def test_nor_does_the_server(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match=r"Did you mean ilham@x\.az"):
        call_command("createsuperuser", interactive=False, email="İlham@x.az", name="Root")
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_one_in_capitals_is_taken_and_kept_in_small_letters():
    Client().post("/accounts/signup/", NEW | {"email": "NIA@X.AZ"})
    assert [letter.to for letter in mail.outbox] == [["nia@x.az"]]
