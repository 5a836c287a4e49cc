"""The organisers' rules: set, refused, tried on the past before anybody is held."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.actions.moderation import remove_comment
from forum.models import Comment, Event, Theme
from forum.rules.moderation import ANY_TEXT
from tests.factories import make_theme, open_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(event) -> str:
    return f"/{event.slug}/moderation/rules/"


def filled(**chosen: str) -> dict[str, str]:
    return {
        "newcomers_number": "3",
        "links_number": "2",
        "pace_number": "5",
        "words_list": "",
        "flagged_number": "3",
    } | chosen


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("mo", 403), ("olga", 200)])
def test_only_organisers_set_rules(cast, page, theme, who, status):
    client = cast.client(who)
    assert client.get(page).status_code == status
    answer = client.post(page, filled(everybody="on"))
    assert answer.status_code == (302 if status == 200 else 403)
    assert bool(Event.objects.get().hold_rules) == (status == 200)


def test_rules_are_set_for_the_event_and_for_a_theme(cast, page, event, theme, thread):
    olga = cast.client("olga")
    assert olga.post(page, filled(words="on", words_list="casino\n\n free money ", links="on")).status_code == 302
    stored = Event.objects.get().hold_rules
    assert stored["words"] == {"is_on": True, "words": ["casino", "free money"]}
    assert stored["links"] == {"is_on": True, "number": 2}
    assert stored["everybody"] == {"is_on": False}
    shown = olga.get(page).content.decode()
    assert "casino\nfree money" in shown
    assert olga.post(f"{page}?theme={theme.letter}", filled(everybody="on")).status_code == 302
    assert Theme.objects.get().hold_rules["everybody"] == {"is_on": True}
    assert olga.get(f"{page}?theme=%3F").status_code == 404


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"words": "on"}, "at least one word"),
        ({"links": "on", "links_number": "0"}, "greater than or equal to 1"),
        ({"links": "on", "links_number": "x"}, "whole number"),
        ({"words": "on", "words_list": "!!!"}, "cannot be looked for: !!!"),
        ({"words": "on", "words_list": "x" * 101}, "cannot be looked for"),
        ({"words": "on", "words_list": "\n".join(f"w{n}" for n in range(501))}, "At most 500"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(cast, page, chosen, words):
    answer = cast.client("olga").post(page, filled(**chosen))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert chosen.get("words_list", "")[:50] in answer.content.decode()
    assert Event.objects.get().hold_rules == {}


def test_a_rehearsal_tells_what_would_have_waited_and_sets_nothing(cast, page, event, theme, thread, say):
    say("ben", "Visit the casino.", to=thread.opening)
    removed = say("ben", "Visit the сasino again.", to=thread.opening)
    old = say("ada", "A casino long ago.", to=thread.opening)
    say("mo", "A moderator speaks of casinos: casino.", to=thread.opening)
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    remove_comment(removed, seen=ANY_TEXT, by=cast.mo, reason="Advertising.", now=timezone.now())
    answer = cast.client("olga").post(page, filled(words="on", words_list="casino", rehearse="1"))
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))
    assert "Of 4 comments in the last 30 days these rules would have held 2." in text
    assert "Of those, 1 are public now, and 1 were refused or removed." in text
    assert "It contains what moderators look at first: casino." in text
    assert "long ago" not in text
    assert Event.objects.get().hold_rules == {}


def test_a_rehearsal_for_a_theme_looks_at_that_theme(cast, page, event, theme, thread, say):
    open_thread(make_theme(event), cast.ben, "Casino elsewhere", "The casino.")
    say("ben", "The casino here.", to=thread.opening)
    answer = cast.client("olga").post(
        f"{page}?theme={theme.letter}", filled(words="on", words_list="casino", rehearse="1")
    )
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))
    assert "Of 2 comments in the last 30 days these rules would have held 1." in text
    assert "The casino here." in text
