"""What was stored before reasons were lists, themes said only what differs, and trust had a theme."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from forum.kernel.choices import Act, RoleKind
from forum.models import Hold, LogEntry, Theme, Trust
from tests.factories import make_theme

pytestmark = pytest.mark.django_db

RULES = import_module("forum.migrations.0032_hold_reasons_and_theme_rules")
TRUST = import_module("forum.migrations.0031_trust_of_themes")


def test_words_are_taken_apart_and_phrases_stay_whole(event, theme, thread):
    event.hold_rules = {"words": {"is_on": True, "words": ["hello, friend", "casino"]}}
    event.save(update_fields=["hold_rules"])
    flags = {"kind": "flagged", "word": "attack spam", "number": 2, "limit": 0}
    words = {"kind": "words", "word": "casino, hello, friend, poker", "number": 0, "limit": 0}
    Hold.objects.create(comment=thread.opening, reasons=[flags, words], created_at=timezone.now())
    for _time in range(2):
        RULES.words_apart(apps, None)
        assert Hold.objects.get().reasons == [
            {"kind": "flagged", "words": ["attack", "spam"], "number": 2, "limit": 0},
            {"kind": "words", "words": ["casino", "hello, friend", "poker"], "number": 0, "limit": 0},
        ]


def test_what_a_theme_had_off_is_as_for_the_event_again(theme):
    off = {"everybody": {"is_on": False}, "links": {"is_on": True, "number": 5}, "pace": {"is_on": False, "number": 5}}
    Theme.objects.update(hold_rules=off | {"words": {"is_on": False, "words": ["poker"]}})
    RULES.only_what_differs(apps, None)
    assert Theme.objects.get().hold_rules == {"links": {"is_on": True, "number": 5}, "words": {"words": ["poker"]}}


def test_trust_of_a_themes_moderator_is_of_that_theme(cast, event, theme, thread):
    event.roles.create(person=cast.ada, kind=RoleKind.MODERATOR, theme=theme)
    make_theme(event)
    for giver, trusted in ((cast.ada, cast.ben), (cast.mo, cast.ada)):
        now = timezone.now()
        Trust.objects.create(event=event, person=trusted, by=giver, created_at=now)
        LogEntry.objects.create(event=event, thread=thread, actor=giver, act=Act.TRUST, created_at=now)
    TRUST.as_given(apps, None)
    assert {trust.person: trust.theme for trust in Trust.objects.all()} == {cast.ben: theme, cast.ada: None}
