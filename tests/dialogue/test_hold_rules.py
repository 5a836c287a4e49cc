"""Which comments wait, and for which reasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.queries.hold_reasons import sentence
from forum.dialogue.rules.dry_run import PastComment, simulate
from forum.dialogue.rules.holding import History, HoldRule, digest_of, found_by, rules_of
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import Decision, HoldKind, Status
from forum.models import Comment, Hold, Thread, Trust
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.review import review_comment
from tests.factories import open_thread, reply_to

pytestmark = pytest.mark.django_db

NOW = datetime(2012, 10, 12, 14, 5, tzinfo=UTC)


def on(event, **rules):
    event.hold_rules = {kind: {"is_on": True, **facts} for kind, facts in rules.items()}
    event.save(update_fields=["hold_rules"])


def reasons(comment: Comment) -> list[str]:
    held = Hold.objects.filter(comment=comment).first()
    return [reason["kind"] for reason in held.reasons] if held else []


@pytest.fixture
def parent(event, thread):
    """The opening as a view loads it, with the event as it is now."""
    return lambda: Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)


def test_without_a_rule_nothing_waits(thread, cast, parent):
    assert reply_to(parent(), cast.ben, "Free money at http://a.example http://b.example http://c.example").is_public
    assert Hold.objects.count() == 0


def test_everybody_waits_but_moderators_and_those_they_trust(event, thread, cast, parent):
    on(event, everybody={})
    held = reply_to(parent(), cast.ben, "Hello.")
    assert (held.status, held.in_public_tree, reasons(held)) == (Status.HELD, False, ["everybody"])
    assert reply_to(parent(), cast.mo, "From a moderator.").is_public
    Trust.objects.create(event=event, person=cast.ben, by=cast.mo, created_at=NOW)
    assert reply_to(parent(), cast.ben, "Hello again.").is_public


def test_newcomers_wait_until_enough_of_theirs_was_published(event, thread, cast, parent):
    on(event, newcomers={"number": 2})
    for n in range(2):
        held = reply_to(parent(), cast.ben, f"Number {n}.")
        assert reasons(held) == ["newcomers"]
        review_comment(held, Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert reply_to(parent(), cast.ben, "Known by now.").is_public


def test_a_watched_word_is_named(event, theme, thread, cast, parent):
    on(event, words={"words": ["casino", "free money"]})
    held = reply_to(parent(), cast.ben, "Visit the *саsino*.")
    assert held.hold.reasons == [{"kind": "words", "words": ["casino"], "number": 0, "limit": 0}]
    assert "casino" in sentence(held.hold.reasons[0])
    assert reply_to(parent(), cast.ben, "Nothing of the kind.").is_public


def test_a_theme_may_have_rules_of_its_own(event, theme, thread, cast, parent):
    on(event, links={"number": 1})
    text = "See http://a.example and http://b.example"
    assert reasons(reply_to(parent(), cast.ben, text)) == ["links"]
    theme.__class__.objects.filter(pk=theme.pk).update(hold_rules={"links": {"is_on": True, "number": 5}})
    assert reply_to(parent(), cast.ben, text + " again").is_public
    theme.__class__.objects.filter(pk=theme.pk).update(hold_rules={"links": {"is_on": False}})
    assert reply_to(parent(), cast.ben, text + " and again http://c.example").is_public


def test_the_pace_counts_what_was_written_not_what_was_approved(event, thread, cast, parent):
    on(event, pace={"number": 2})
    for n in range(2):
        assert reply_to(parent(), cast.ben, f"Number {n}.").is_public
    third = reply_to(parent(), cast.ben, "Number 3.")
    assert third.hold.reasons[0]["number"] == 3
    Comment.objects.exclude(pk=third.pk).update(created_at=timezone.now() - timedelta(hours=1))
    review_comment(third, Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    assert reply_to(parent(), cast.ben, "Number 4.").is_public


def test_the_same_words_again_and_a_recent_refusal(event, thread, cast, parent):
    on(event, repetition={}, refused={})
    first = reply_to(parent(), cast.ben, "Please read MY page.")
    again = reply_to(parent(), cast.ben, "Please   read my *page*.")
    assert reasons(again) == ["repetition"]
    review_comment(again, Decision.REJECT, seen=SKIP_CHECK, by=cast.mo, reason="Said already.", now=timezone.now())
    assert reasons(reply_to(parent(), cast.ben, "Something new.")) == ["refused"]
    assert reply_to(parent(), cast.mo, "Please read my page.").is_public
    remove_comment(first, seen=SKIP_CHECK, by=cast.mo, reason="Off topic.", now=timezone.now())
    assert "2 comments" in sentence(reply_to(parent(), cast.ben, "Newer.").hold.reasons[0])


def test_a_held_comment_is_seen_by_its_author_and_the_moderators_alone(event, theme, thread, cast, parent):
    on(event, everybody={})
    before = theme.__class__.objects.get(pk=theme.pk)
    held = reply_to(parent(), cast.ben, "ZEBRAFINCH")
    after = theme.__class__.objects.get(pk=theme.pk)
    assert (after.comment_count, after.last_number) == (before.comment_count, before.last_number + 1)
    for who, status in (("eve", 404), ("ada", 404), ("ben", 200), ("mo", 200)):
        assert cast.client(who).get(f"/comments/{held.pk}/").status_code == status, who
    opening = open_thread(theme.__class__.objects.select_related("event").get(pk=theme.pk), cast.ben, "ZEBRAFINCH")
    assert not opening.is_public
    for who, status in (("eve", 404), ("ada", 404), ("ben", 200), ("mo", 200)):
        assert cast.client(who).get(f"/threads/{opening.thread_id}/").status_code == status, who
    assert Thread.objects.get(pk=opening.thread_id).comment_count == 0


def test_an_edit_is_no_way_around_a_watched_word(event, theme, thread, cast, parent):
    on(event, words={"words": ["casino"]})
    mine = reply_to(parent(), cast.ben, "Harmless.")
    answer = reply_to(mine, cast.ada, "An answer keeps its place.")
    before = theme.__class__.objects.get(pk=theme.pk)
    edited = edit_comment(mine, by=cast.ben, source="Now with a casino.", now=timezone.now())
    fresh = Comment.objects.get(pk=mine.pk)
    assert (edited.status, fresh.status, reasons(fresh)) == (Status.HELD, Status.HELD, ["words"])
    after = theme.__class__.objects.get(pk=theme.pk)
    assert after.comment_count == before.comment_count - 1
    page = cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    assert "casino" not in page
    assert "Harmless." not in page
    assert "An answer keeps its place." in page
    assert answer.is_public
    published_at = fresh.published_at
    review_comment(fresh, Decision.APPROVE, seen=SKIP_CHECK, by=cast.mo, reason="", now=timezone.now())
    again = Comment.objects.get(pk=mine.pk)
    assert again.is_public
    assert again.published_at == published_at, "it was public before: no news for anybody"
    assert "casino" in cast.client("eve").get(f"/threads/{thread.pk}/").content.decode()
    edit_comment(again, by=cast.ben, source="Harmless again.", now=timezone.now())
    assert Comment.objects.get(pk=mine.pk).is_public


@pytest.mark.parametrize("kind", list(HoldKind))
def test_every_reason_has_its_sentence(kind):
    said = sentence({"kind": kind.value, "words": ["casino"], "number": 3, "limit": 2})
    assert said.endswith(".")
    assert "%" not in said


def test_stored_rules_are_read_with_care():
    stored = {"links": {"is_on": True}, "pace": {"is_on": False, "number": 1}, "unheard-of": {"is_on": True}}
    assert rules_of(stored, {"words": {"is_on": True, "words": ["a"]}}) == [
        HoldRule(HoldKind.WORDS, 0, ("a",)),
        HoldRule(HoldKind.LINKS, 2),
    ]
    assert rules_of({}, {}) == []


def test_the_same_rules_judge_a_history_that_is_only_played():
    rules = [HoldRule(HoldKind.NEWCOMERS, 1), HoldRule(HoldKind.PACE, 1)]
    history = History()
    assert [each.kind for each in found_by(rules, "One", "", history, now=NOW)] == ["newcomers"]
    history.add(NOW, digest_of("One"), Status.PUBLISHED, None)
    later = NOW + timedelta(minutes=1)
    assert [each.kind for each in found_by(rules, "Two", "", history, now=later)] == ["pace"]
    assert found_by(rules, "Two", "", history, now=NOW + timedelta(minutes=11)) == []


def test_a_rehearsal_reads_one_comment_after_the_other():
    read: list[int] = []

    def past():
        for n in range(3):
            read.append(n)
            yield PastComment(n, 1, 7, NOW, Status.PUBLISHED, None, "Words.", "")

    played = simulate({7: [HoldRule(HoldKind.EVERYBODY)]}, past())
    assert [found.kind for found in next(played)[1]] == ["everybody"]
    assert read == [0]
    assert len(list(played)) == 2


def test_a_theme_that_only_keeps_words_has_the_rule_of_the_event():
    stored = {"words": {"is_on": True, "words": ["casino"]}}
    assert rules_of(stored, {"words": {"words": ["poker"]}}) == [HoldRule(HoldKind.WORDS, 0, ("casino",))]
    assert rules_of(stored, {"words": {"is_on": False, "words": ["poker"]}}) == []
