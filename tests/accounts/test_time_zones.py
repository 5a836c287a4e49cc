"""Times are told in a zone that has a name: that of the event for everybody, one's own in what is one's own alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from accounts.zones import is_zone, zone_choices, zone_name
from forum.kernel.choices import SanctionKind
from forum.mail.sending import send_due_mail
from forum.models import Comment, Draft, Event, Notification
from forum.moderation.actions.sanctions import sanction
from tests.accounts.test_accounts import NEW
from tests.factories import new_key

pytestmark = pytest.mark.django_db

PREFERENCES = "/accounts/preferences/"
WHEN = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
IN_BAKU, IN_NAIROBI = "4 Mar 2026, 02:30 Baku time", "4 Mar 2026, 01:30 Nairobi time"


@pytest.fixture(autouse=True)
def in_baku(event):
    Event.objects.update(timezone="Asia/Baku")


def live_in_nairobi(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(time_zone="Africa/Nairobi")


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Asia/Baku", "Baku time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("America/Port-au-Prince", "Port-au-Prince time"),
        ("UTC", "universal time"),
        ("Etc/UTC", "universal time"),
        ("Etc/GMT+4", "universal time −4"),
        ("Nowhere/Atlantis", "universal time"),
        ("CET", "CET time"),
    ],
)
def test_a_zone_has_a_name_for_people(zone, name):
    assert zone_name(zone) == name


def test_no_zone_that_can_be_chosen_is_called_by_a_code():
    chosen = [name for _region, zones in zone_choices() for name, _label in zones]
    assert len(chosen) > 400
    assert all(is_zone(name) and "UTC" not in zone_name(name) for name in chosen)


def test_public_pages_tell_the_time_of_the_event_to_everybody_alike(thread, cast, say):
    say("ada", "Words.", to=thread.opening)
    Comment.objects.update(created_at=WHEN)
    live_in_nairobi(cast.ben)
    for client in (Client(), cast.client("ada"), cast.client("ben")):
        page = client.get(f"/threads/{thread.pk}/").content.decode()
        assert page.count(f">{IN_BAKU}</time>") == 2
        assert "Nairobi" not in page


def test_what_is_theirs_alone_is_in_their_own_zone(thread, cast, say):
    comment = say("ben", "Words.", to=thread.opening)
    say("ada", "An answer.", to=comment)
    ben = cast.client("ben")
    ben.post(f"/drafts/reply/{comment.pk}/", {"source": "Begun.", "key": new_key(), "draft": "0"})
    Notification.objects.update(created_at=WHEN)
    Draft.objects.update(saved_at=WHEN)
    pages = ("/notifications/", "/drafts/", f"/comments/{comment.pk}/reply/")
    for zone, told in (("", IN_BAKU), ("Africa/Nairobi", IN_NAIROBI)):
        Person.objects.filter(pk=cast.ben.pk).update(time_zone=zone)
        for path in pages:
            assert f">{told}</time>" in ben.get(path).content.decode(), (zone, path)


def test_so_are_emails(thread, cast):
    live_in_nairobi(cast.ben)
    until = (timezone.now() + timedelta(days=3)).replace(hour=12, minute=0)
    facts = {"reason": "Insults.", "until": until, "by": cast.olga, "now": timezone.now()}
    sanction(cast.ben, SanctionKind.SILENCE, thread.theme.event, **facts)
    send_due_mail(now=timezone.now() + timedelta(hours=1))
    assert "15:00 Nairobi time." in mail.outbox[-1].body


def test_the_browsers_zone_is_kept_at_sign_up_and_nonsense_is_not():
    for email, guessed, kept in (
        ("a@x.az", "Asia/Tokyo", "Asia/Tokyo"),
        ("b@x.az", "Mars/Base", ""),
        ("c@x.az", "", ""),
    ):
        assert Client().post("/accounts/signup/", NEW | {"email": email, "time_zone": guessed}).status_code == 302
        assert Person.objects.get(email=email).time_zone == kept


def test_it_can_be_chosen_and_given_up(cast):
    ben = cast.client("ben")
    for chosen in ("Africa/Nairobi", "UTC", ""):
        assert ben.post(PREFERENCES, {"time_zone": chosen}).status_code == 302
        assert Person.objects.get(pk=cast.ben.pk).time_zone == chosen
        page = ben.get(PREFERENCES).content.decode()
        assert re.search(r'<option value="([^"]*)" selected>', page)[1] == chosen
    assert ben.post(PREFERENCES, {"time_zone": "Mars/Base"}).status_code == 422


def test_days_of_a_search_are_those_of_the_event(thread, cast, say):
    say("ada", "Multistakeholder words.", to=thread.opening)
    Comment.objects.update(created_at=WHEN)
    page = f"/{thread.theme.event.slug}/search/?q=multistakeholder&since=2026-03-04&until=2026-03-04"
    assert IN_BAKU in Client().get(page).content.decode()
    for since, until in (("0001-01-01", "9999-12-31"), ("2026-03-03", "2026-03-03")):
        answer = Client().get(f"/{thread.theme.event.slug}/search/?q=multistakeholder&since={since}&until={until}")
        assert (IN_BAKU in answer.content.decode()) == (since == "0001-01-01")


def test_pages_that_belong_to_no_event_keep_the_one_read_last(cast, thread, say):
    ben = cast.client("ben")
    for path in ("/notifications/", PREFERENCES, "/accounts/email/", "/accounts/password/change/", "/nowhere/"):
        assert f'class="site-event" href="/{thread.theme.event.slug}/"' in ben.get(path).content.decode(), path


def test_settings_lead_to_each_other(cast):
    pages = ["/accounts/profile/", PREFERENCES, "/accounts/email/", "/email/settings/", "/accounts/password/change/"]
    pages += ["/following/"]
    ben = cast.client("ben")
    for path in pages:
        links = re.search(r'<nav class="settings-nav.*?</nav>', ben.get(path).content.decode(), re.S)[0]
        assert re.findall(r'href="([^"]+)"', links) == pages
        assert re.findall(r'href="([^"]+)" aria-current="page"', links) == [path]
