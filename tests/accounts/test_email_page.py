"""The page of one's email addresses offers what can work, and nothing else."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress

pytestmark = pytest.mark.django_db

PAGE = "/accounts/email/"


def offered(page: str) -> dict[str, list[str]]:
    """What can be done with each address."""
    forms = re.findall(r'<form class="address".*?</form>', page, re.S)
    return {re.search(r"<bdi>(.*?)</bdi>", form)[1]: re.findall(r'name="action_(\w+)"', form) for form in forms}


def test_each_address_offers_what_can_be_done_with_it(cast):
    ben = cast.client("ben")
    assert offered(ben.get(PAGE).content.decode()) == {"ben@example.org": []}
    EmailAddress.objects.create(user=cast.ben, email="ben2@example.org", verified=True)
    EmailAddress.objects.create(user=cast.ben, email="ben3@example.org", verified=False)
    assert offered(ben.get(PAGE).content.decode()) == {
        "ben@example.org": [],
        "ben2@example.org": ["primary", "remove"],
        "ben3@example.org": ["send", "remove"],
    }


def test_all_that_is_offered_works(cast):
    ben = cast.client("ben")
    EmailAddress.objects.create(user=cast.ben, email="ben2@example.org", verified=True)
    EmailAddress.objects.create(user=cast.ben, email="ben3@example.org", verified=False)
    sent = ben.post(PAGE, {"email": "ben3@example.org", "action_send": ""})
    assert sent["Location"] == "/accounts/confirm-email/"
    ben.post(PAGE, {"email": "ben2@example.org", "action_primary": ""})
    assert EmailAddress.objects.get(user=cast.ben, primary=True).email == "ben2@example.org"
    for email in ("ben@example.org", "ben3@example.org"):
        ben.post(PAGE, {"email": email, "action_remove": ""})
    assert [*EmailAddress.objects.filter(user=cast.ben).values_list("email", flat=True)] == ["ben2@example.org"]
