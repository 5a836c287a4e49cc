"""What happens when people say how they stand to a comment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.repair import recount_theme
from forum.dialogue.actions.stances import switch_stances, take_stance
from forum.dialogue.queries import comments
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import StanceKind
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.models import Comment, Stance
from forum.moderation.actions.moderation import lock_thread, remove_comment, restore_comment
from tests.factories import changes_since, make_person

pytestmark = pytest.mark.django_db

SUPPORT, AGREE, DISAGREE, UNSURE = StanceKind


def take(who, comment, kind):
    take_stance(comment, by=who, kind=kind, now=timezone.now())


def counts(comment) -> list[int]:
    fields = ("support_count", "agree_count", "disagree_count", "unsure_count", "support_total")
    return list(Comment.objects.values_list(*fields).get(pk=comment.pk))


def test_one_choice_a_person_that_can_be_changed_and_taken_back(thread, cast):
    said = []
    for kind in (AGREE, SUPPORT, DISAGREE, UNSURE, None):
        take(cast.ben, thread.opening, kind)
        said.append(counts(thread.opening))
    assert said == [[0, 1, 0, 0, 1], [1, 0, 0, 0, 1], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]]
    assert not Stance.objects.exists()


def test_every_stance_takes_the_next_revision_and_the_same_one_again_none(theme, thread, cast):
    before = comments.one(thread.opening)["revision"]
    for kind in (AGREE, AGREE, None, None):
        take(cast.ben, thread.opening, kind)
    theme.refresh_from_db()
    thread.refresh_from_db()
    assert comments.one(thread.opening)["revision"] == theme.revision == thread.revision == before + 2
    assert (theme.last_number, theme.comment_count) == (1, 1), "a stance is no comment"


def test_a_stance_is_a_change_of_its_comment_and_of_nothing_else(theme, thread, cast, say):
    other = say("ada", "Another.", to=thread.opening)
    theme.refresh_from_db()
    take(cast.ben, thread.opening, AGREE)
    change = changes_since(theme.pk, theme.revision)
    assert [row["id"] for row in change.comments] == [thread.opening_id]
    assert change.comments[0]["stances"] == "1 agrees"
    assert comments.one(other)["stances"] == ""


def test_a_burst_is_one_change_for_whoever_looks_after_it(theme, thread, cast):
    people = [make_person(f"p{n}") for n in range(20)]
    before = theme.revision = thread.revision
    for person in people:
        take(person, thread.opening, AGREE)
    change = changes_since(theme.pk, before)
    assert [(row["id"], row["stances"]) for row in change.comments] == [(thread.opening_id, "20 agree")]


def _nothing(theme, thread, cast, comment): ...


def _locked(theme, thread, cast, comment):
    lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())


def _removed(theme, thread, cast, comment):
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())


def _withdrawn(theme, thread, cast, comment):
    withdraw_comment(comment, by=cast.ada, now=timezone.now())


def _closed(theme, thread, cast, comment):
    theme.event.closes_at = timezone.now() - timedelta(days=1)
    theme.event.save()


def _off(theme, thread, cast, comment):
    switch_stances(theme, on=False)


@pytest.mark.parametrize("kind", [AGREE, None])
@pytest.mark.parametrize(
    ("who", "happens", "reason"),
    [
        ("eve", _nothing, Reason.LOGIN_FOR_STANCE),
        ("new", _nothing, Reason.NOT_VERIFIED),
        ("ada", _nothing, Reason.OWN_STANCE),
        ("ben", _locked, Reason.THREAD_LOCKED),
        ("mo", _locked, Reason.THREAD_LOCKED),
        ("ben", _removed, Reason.NOT_PUBLIC),
        ("ben", _withdrawn, Reason.NOT_PUBLIC),
        ("ben", _closed, Reason.DIALOGUE_CLOSED),
        ("ben", _off, Reason.STANCES_OFF),
    ],
)
def test_who_may_take_no_stance_and_take_none_back(theme, thread, cast, say, who, happens, reason, kind):
    comment = say("ada", "Mine.", to=thread.opening)
    take(cast.ben, comment, DISAGREE)
    happens(theme, thread, cast, comment)
    person = make_person("new", verified=False) if who == "new" else getattr(cast, who)
    with pytest.raises(Refused) as refusal:
        take(person, comment, kind)
    assert refusal.value.reason is reason
    assert counts(comment) == [0, 0, 1, 0, 0]


def test_stances_hide_with_their_comment_and_come_back_with_it(thread, cast, say):
    comment = say("ada", "Mine.", to=thread.opening)
    say("ben", "An answer, so that the place stays.", to=comment)
    take(cast.ben, comment, SUPPORT)
    remove_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="Rude.", now=timezone.now())
    assert comments.one(comment)["stances"] == ""
    restore_comment(comment, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert comments.one(comment)["stances"] == "1 supports"


def test_switching_stances_off_hides_them_from_followers_and_on_brings_them_back(theme, thread, cast, say):
    say("ada", "Nobody cares.", to=thread.opening)
    take(cast.ben, thread.opening, AGREE)
    for on, words in ((False, ""), (True, "1 agrees")):
        theme.refresh_from_db()
        switch_stances(theme, on=on)
        change = changes_since(theme.pk, theme.revision)
        assert [(row["id"], row["stances"]) for row in change.comments] == [(thread.opening_id, words)]
        assert [row["id"] for row in change.threads] == [thread.pk]
        assert change.revision == theme.revision + 1
        switch_stances(theme, on=on)
        assert changes_since(theme.pk, theme.revision).revision == theme.revision + 1, "nothing changed"


def test_a_recount_finds_and_corrects_wrong_numbers(theme, thread, cast, say):
    other = say("ada", "Another.", to=thread.opening)
    take(cast.ben, thread.opening, AGREE)
    take(cast.mo, thread.opening, UNSURE)
    assert recount_theme(theme.pk) is False
    Comment.objects.filter(pk=thread.opening_id).update(agree_count=7)
    Comment.objects.filter(pk=other.pk).update(support_count=1)
    assert recount_theme(theme.pk) is True
    assert (counts(thread.opening), counts(other)) == ([0, 1, 0, 1, 1], [0, 0, 0, 0, 0])
