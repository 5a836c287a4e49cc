"""A digest is due in the morning of the person who gets it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Person
from forum.mail.actions.digests import plan
from forum.models import MailPreferences

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_each_person_has_their_own_morning(cast):
    zones = {"ada": "Asia/Baku", "ben": "America/Sao_Paulo", "mo": ""}
    for who, zone in zones.items():
        Person.objects.filter(pk=getattr(cast, who).pk).update(time_zone=zone)
    plan([getattr(cast, who).pk for who in zones], "daily", now=NOON)
    due = {who: MailPreferences.objects.get(person=getattr(cast, who)).daily_due_at for who in zones}
    assert {who: (at.day, at.hour) for who, at in due.items()} == {"ada": (3, 3), "ben": (3, 10), "mo": (3, 7)}
