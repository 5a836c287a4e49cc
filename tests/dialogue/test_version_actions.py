"""Editing after the window, and hiding what an earlier version said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.kernel.choices import EDIT_WINDOW
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, CommentVersion, LogEntry, Theme
from forum.moderation.actions.moderation import hide_version, lock_thread, show_version
from tests.factories import make_person

pytestmark = pytest.mark.django_db

LATE = EDIT_WINDOW + timedelta(minutes=1)


def versions_of(comment) -> list[tuple[str, str]]:
    return list(CommentVersion.objects.filter(comment=comment).order_by("number").values_list("source", "note"))


@pytest.fixture
def edited(cast, say, thread) -> Comment:
    """Ben's comment in three versions."""
    comment = say("ben", "First.", to=thread.opening)
    for words in ("Second.", "Third."):
        edit_comment(comment, by=cast.ben, source=words, now=timezone.now())
    return Comment.objects.get(pk=comment.pk)


def version(comment, number: int) -> CommentVersion:
    return CommentVersion.objects.select_related("comment").get(comment=comment, number=number)


@pytest.mark.parametrize(
    ("later", "note", "reason"),
    [
        (timedelta(), "", None),
        (timedelta(), "Within the window, and still.", None),
        (EDIT_WINDOW - timedelta(minutes=1), "", None),
        (LATE, "", Reason.NOTE_NEEDED),
        (LATE, "   ", Reason.NOTE_NEEDED),
        (LATE, "A better source.", None),
        (timedelta(days=400), "A better source.", None),
    ],
)
def test_an_edit_after_the_window_needs_a_note(thread, cast, say, later, note, reason):
    comment = say("ben", "First.", to=thread.opening)
    now = timezone.now() + later
    if reason is None:
        edit_comment(comment, by=cast.ben, source="Second.", note=note, now=now)
        assert versions_of(comment) == [("First.", ""), ("Second.", note)]
        return
    with pytest.raises(Refused) as refusal:
        edit_comment(comment, by=cast.ben, source="Second.", note=note, now=now)
    assert refusal.value.reason is reason
    assert versions_of(comment) == [("First.", "")]


def _close(thread, cast, comment):
    event = thread.theme.event
    type(event).objects.filter(pk=event.pk).update(closes_at=timezone.now() + timedelta(minutes=1))


def _lock(thread, cast, comment):
    lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())


def _withdraw(thread, cast, comment):
    withdraw_comment(comment, by=cast.ben, now=timezone.now())


@pytest.mark.parametrize(
    ("who", "happens", "reason"),
    [
        ("eve", None, Reason.LOGIN_NEEDED),
        ("ada", None, Reason.NOT_YOURS),
        ("mo", None, Reason.NOT_YOURS),
        ("ben", _close, Reason.DIALOGUE_CLOSED),
        ("ben", _lock, Reason.THREAD_LOCKED),
        ("ben", _withdraw, Reason.NOT_PUBLIC),
    ],
)
def test_a_note_opens_no_other_door(thread, cast, say, who, happens, reason):
    comment = say("ben", "First.", to=thread.opening)
    if happens:
        happens(thread, cast, comment)
    with pytest.raises(Refused) as refusal:
        edit_comment(comment, by=getattr(cast, who), source="Second.", note="Because.", now=timezone.now() + LATE)
    assert refusal.value.reason is reason
    assert versions_of(comment) == [("First.", "")]


def test_hiding_and_showing_a_version_is_logged_and_is_no_change_for_followers(theme, cast, edited):
    before = Theme.objects.values_list("revision").get(pk=theme.pk)
    hide_version(version(edited, 2), by=cast.mo, reason="Insults somebody.", now=timezone.now())
    assert (version(edited, 2).is_hidden, version(edited, 2).hidden_reason) == (True, "Insults somebody.")
    show_version(version(edited, 2), by=cast.olga, reason="On reflection, not.", now=timezone.now())
    assert (version(edited, 2).is_hidden, version(edited, 2).hidden_reason) == (False, "")
    entries = LogEntry.objects.order_by("pk").values_list("act", "reason", "comment_id", "version__number", "actor_id")
    assert list(entries) == [
        ("hide-version", "Insults somebody.", edited.pk, 2, cast.mo.pk),
        ("show-version", "On reflection, not.", edited.pk, 2, cast.olga.pk),
    ]
    assert Theme.objects.values_list("revision").get(pk=theme.pk) == before


@pytest.mark.parametrize(
    ("who", "number", "reason"),
    [
        ("eve", 2, Reason.NOT_MODERATOR),
        ("ada", 2, Reason.NOT_MODERATOR),
        ("ben", 2, Reason.NOT_MODERATOR),
        ("stranger", 2, Reason.NOT_MODERATOR),
        ("mo", 3, Reason.CURRENT_VERSION),
        ("mo", 1, Reason.ALREADY_HIDDEN),
    ],
)
def test_who_may_not_hide_a_version_and_why(cast, edited, who, number, reason):
    hide_version(version(edited, 1), by=cast.olga, reason="Insults somebody.", now=timezone.now())
    person = make_person("stranger") if who == "stranger" else getattr(cast, who)
    with pytest.raises(Refused) as refusal:
        hide_version(version(edited, number), by=person, reason="Because.", now=timezone.now())
    assert refusal.value.reason is reason


@pytest.mark.parametrize(("who", "reason"), [("ben", Reason.NOT_MODERATOR), ("mo", Reason.NOT_HIDDEN)])
def test_who_may_not_show_a_version_and_why(cast, edited, who, reason):
    with pytest.raises(Refused) as refusal:
        show_version(version(edited, 1), by=getattr(cast, who), reason="", now=timezone.now())
    assert refusal.value.reason is reason


def test_nobody_hides_what_they_wrote_themselves(thread, cast, say):
    comment = say("mo", "First.", to=thread.opening)
    edit_comment(comment, by=cast.mo, source="Second.", now=timezone.now())
    with pytest.raises(Refused) as refusal:
        hide_version(version(comment, 1), by=cast.mo, reason="Because.", now=timezone.now())
    assert refusal.value.reason is Reason.OWN_COMMENT


def test_what_became_current_meanwhile_is_not_hidden(cast, edited):
    """A stale page says version 4 is old; the row read after the lock knows better."""
    edit_comment(edited, by=cast.ben, source="Fourth.", now=timezone.now())
    newest = version(edited, 4)
    newest.comment.version_id = version(edited, 3).pk
    with pytest.raises(Refused) as refusal:
        hide_version(newest, by=cast.mo, reason="Because.", now=timezone.now())
    assert refusal.value.reason is Reason.CURRENT_VERSION


@pytest.mark.parametrize("wrong", [{"is_hidden": True}, {"hidden_reason": "Alone."}])
def test_the_database_keeps_hiding_and_its_reason_together(edited, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        CommentVersion.objects.filter(comment=edited, number=1).update(**wrong)
