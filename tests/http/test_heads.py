"""Looking writes nothing that nobody asked for; that HEAD answers as GET does is tried by test_access_matrix.py."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.accounts.test_accounts import NEW
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_heads_use_up_no_logins(cast):
    client = Client()
    assert {client.head("/accounts/login/").status_code for _ in range(40)} == {200}
    assert {client.head("/accounts/signup/").status_code for _ in range(30)} == {200}


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_at_ones_addresses_writes_nothing(db, method):
    una = make_person("una", verified=False)
    client = Client()
    client.force_login(una)
    with CaptureQueriesContext(connection) as statements:
        assert getattr(client, method)("/accounts/email/").status_code == 200
    assert not [row["sql"] for row in statements if not row["sql"].startswith("SELECT")]
    assert not EmailAddress.objects.filter(user=una).exists()


def test_looking_at_a_link_from_a_letter_logs_nobody_out(cast):
    Client().post("/accounts/signup/", NEW)
    link = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+/)", mail.outbox[-1].body)[1]
    ada = cast.client("ada")
    assert ada.get(link).status_code == 200
    assert ada.get("/accounts/profile/").status_code == 200
    assert ada.post(link).status_code == 302
    assert ada.get("/accounts/profile/").status_code == 302
