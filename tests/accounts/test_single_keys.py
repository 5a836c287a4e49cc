"""The switch for single-key shortcuts: kept with the account, and told to every page of its owner."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Person

pytestmark = pytest.mark.django_db
SWITCH = "/accounts/single-keys/"


def is_on(person: Person) -> bool:
    return Person.objects.get(pk=person.pk).single_keys


def test_an_account_begins_with_them_on(cast, thread):
    assert is_on(cast.ben)
    page = cast.client("ben").get(f"/threads/{thread.pk}/").content.decode()
    assert 'data-single-keys="on"' in page


def test_the_form_of_the_preferences_turns_them_off_and_on_again(cast, thread):
    ben = cast.client("ben")
    page = ben.post(SWITCH, follow=True).content.decode()
    assert "Single-key shortcuts are off." in page
    assert not is_on(cast.ben)
    assert is_on(cast.ada)
    assert 'data-single-keys="off"' in ben.get(f"/threads/{thread.pk}/").content.decode()
    page = ben.post(SWITCH, {"single_keys": "on"}, follow=True).content.decode()
    assert "Single-key shortcuts are on." in page
    assert is_on(cast.ben)


def test_scripts_are_answered_in_json(cast):
    answer = cast.client("ben").post(SWITCH, headers={"Accept": "application/json"})
    assert answer.json() == {"is_on": False}
    assert not is_on(cast.ben)


def test_without_an_account_the_page_says_nothing(thread):
    assert 'data-single-keys=""' in Client().get(f"/threads/{thread.pk}/").content.decode()
    assert Client().post(SWITCH).status_code == 302  # to the login
