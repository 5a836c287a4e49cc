"""Addresses that carry a meaning are ours only with our signature, and for thirty days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forum.mail.addresses import SignedAddress, read_address, signed_address

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _incoming(incoming):
    pass


@pytest.mark.parametrize("target", [0, 1, 35, 36, 4711, 10**12])
def test_an_address_says_what_it_was_made_of(target):
    address = signed_address("reply", person_id=7, target=target, now=NOW)
    assert read_address(address, now=NOW) == SignedAddress("reply", 7, target, is_expired=False)
    assert read_address(address.upper(), now=NOW) == SignedAddress("reply", 7, target, is_expired=False)
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, section 4.5.3.1.1


def test_an_answer_is_taken_for_thirty_days():
    address = signed_address("reply", person_id=7, target=5, now=NOW)
    assert not read_address(address, now=NOW + timedelta(days=30)).is_expired
    assert read_address(address, now=NOW + timedelta(days=31)).is_expired


def test_a_report_of_a_mail_server_may_come_late():
    address = signed_address("bounce", person_id=7, now=NOW)
    assert not read_address(address, now=NOW + timedelta(days=90)).is_expired


def test_nobody_makes_an_address_of_ours():
    address = signed_address("reply", person_id=7, target=5, now=NOW)
    name, _, domain = address.partition("@")
    said = name.partition("+")[2].split(".")
    others = [
        f"reply+{'.'.join([*said[:1], '6', *said[2:]])}@{domain}",  # another comment
        f"reply+{'.'.join([*said[:2], '8', *said[3:]])}@{domain}",  # another person
        f"reply+{'.'.join([*said[:3], 'zzz', *said[4:]])}@{domain}",  # later
        f"reply+{'.'.join(['b', *said[1:]])}@{domain}",  # another purpose
        f"reply+{'.'.join(said[:-1])}.@{domain}",
        f"reply+r.5.7@{domain}",
        f"reply@{domain}",
        "reply+r.5.7.abc.@elsewhere.example",
        "",
        "@",
    ]
    assert [read_address(other, now=NOW) for other in others] == [None] * len(others)


def test_without_incoming_email_there_are_none(settings):
    settings.INCOMING_EMAIL = ""
    assert signed_address("reply", person_id=7, target=5, now=NOW) == ""
    assert read_address("reply+r.5.7.abc.def@forum.example.org", now=NOW) is None
