"""The demonstration event: loaded once, and something to see on every page that its accounts open."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import Count
from django.test import Client

from accounts.models import Person
from forum.dialogue.queries.trees import flaws
from forum.exchange.demonstration import ACCOUNTS, PASSWORD, email_of, load_demo
from forum.kernel.choices import Status
from forum.models import (
    Appeal,
    Comment,
    Draft,
    Event,
    FlagCase,
    IllegalReport,
    LogEntry,
    Notification,
    OutgoingMail,
    PointRequest,
    Stance,
    Thread,
)
from tests.support.dump import whole_database

pytestmark = pytest.mark.django_db

READERS = (
    "/", "/baku-2012/", "/baku-2012/live/", "/baku-2012/live/screen/", "/baku-2012/moderation/", "/about/", "/privacy/",
    "/baku-2012/moderation/conduct/", "/baku-2012/moderation/transparency/", "/baku-2012/search/?q=footing",
    "/baku-2012/mapping/", "/baku-2012/priorities/", "/baku-2012/principles/", "/baku-2012/cases/",
    "/baku-2012/next-steps/", "/baku-2012/meeting/", "/contact/", "/source/", "/code-of-conduct/",
)  # fmt: skip
OWN = ("/notifications/", "/following/", "/drafts/")
QUEUES = tuple(f"/baku-2012/moderation/{name}/" for name in ("desk", "flags", "reports", "appeals", "people"))
ORGANISED = tuple(f"/baku-2012/moderation/{name}/" for name in ("rules", "team", "blocks"))
PAGES = {
    "": READERS,
    "ada": (*READERS, *OWN),
    "mo": (*READERS, *OWN, *QUEUES),
    "olga": (*READERS, *OWN, *QUEUES, *ORGANISED),
}


@pytest.fixture
def demo(db: None) -> Event:
    return load_demo(with_accounts=True)


def client_of(who: str) -> Client:
    client = Client()
    if who:
        assert client.login(email=email_of(who), password=PASSWORD)
    return client


def test_loading_it_again_changes_nothing(demo):
    once = whole_database()
    load_demo(with_accounts=True)
    assert whole_database() == once
    assert demo.themes.filter(is_meeting=False).count() == 5
    assert demo.references.count() == 4
    assert 65 <= Comment.objects.count() <= 80
    meeting = Thread.objects.get(theme__is_meeting=True)
    first = Comment.objects.filter(thread=meeting).in_reading_order()[1]
    assert first.version.text == "I will attend the meeting."
    assert max(Comment.objects.values_list("level", flat=True)) >= 5
    voices = Comment.objects.order_by().values("author").annotate(n=Count("pk"))
    assert voices.count() >= 17
    assert list(flaws()) == []


def test_a_server_that_others_reach_gets_the_dialogue_alone():
    load_demo(with_accounts=False)
    assert not Person.objects.filter(is_active=True).exists()
    assert not LogEntry.objects.exists()
    assert not Comment.objects.exclude(status=Status.PUBLISHED).exists()


@pytest.mark.parametrize("who", PAGES)
def test_no_page_that_somebody_opens_is_empty(demo, who):
    client, empty = client_of(who), {}
    for path in PAGES[who]:
        answer = client.get(path, follow=True)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        if found := re.findall(r'class="empty"[^>]*>.*?</div>', page, re.DOTALL):
            empty[path] = found
    assert empty == {}


def test_there_is_something_of_everything(demo):
    statuses = set(Comment.objects.values_list("status", flat=True))
    assert statuses == {Status.PUBLISHED, Status.HELD, Status.REVISION, Status.REMOVED}
    assert FlagCase.objects.filter(closed_at=None).count() == 1
    assert IllegalReport.objects.filter(decided_at=None).count() == 1
    assert Appeal.objects.filter(decided_at=None).count() == 2
    assert PointRequest.objects.filter(answered_at=None).count() == 1
    assert Thread.objects.filter(is_locked=True).count() == 1
    assert Thread.objects.exclude(closes_at=None).count() == 1
    assert Thread.objects.exclude(summary=None).count() == 1
    assert set(Stance.objects.values_list("person__group", flat=True)) >= {
        "government", "civil", "business", "technical", "academic",
    }  # fmt: skip
    for key in ACCOUNTS:
        person = Person.objects.get(email=email_of(key))
        assert Draft.objects.filter(author=person).exists(), key
        assert Notification.objects.filter(person=person, seen_at=None).exists(), key


def test_each_of_those_who_moderate_has_something_in_every_queue(demo):
    for key in ("mo", "olga"):
        page = client_of(key).get("/baku-2012/moderation/desk/").content.decode()
        counts = re.findall(r'data-tab="\w+">(\d+)<', page)
        assert counts == ["2", "1", "1", "1"], key


def test_no_email_is_sent_of_it(demo):
    call_command("do_due")
    assert not mail.outbox
    assert not OutgoingMail.objects.exists()


def test_newest_notifications_come_first(demo):
    for key in ACCOUNTS:
        told = Notification.objects.filter(person__email=email_of(key)).order_by("pk")
        times = list(told.values_list("created_at", flat=True))
        assert times == sorted(times), key
