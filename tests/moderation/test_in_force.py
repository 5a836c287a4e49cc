"""Only decisions that are in force can be taken back and answered; taking one back is the same whichever way."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment, withdraw_comment
from forum.dialogue.rules.moderation import SKIP_CHECK, state_token
from forum.kernel.choices import Decision, FlagKind, Outcome, RoleKind, Status
from forum.kernel.errors import Refused
from forum.kernel.reasons import Reason
from forum.mail.sending import send_due_mail
from forum.models import Appeal, Comment, FlagCase, LogEntry, Notification, Thread
from forum.moderation.actions.appeals import appeal, decide_appeal
from forum.moderation.actions.flags import flag_comment
from forum.moderation.actions.moderation import (
    lock_thread,
    pin_comment,
    remove_comment,
    restore_comment,
    unlock_thread,
    unpin_comment,
)
from forum.moderation.actions.moving import merge_thread, move_thread, split_branch
from forum.moderation.actions.off_topic import mark_off_topic, mark_on_topic
from forum.moderation.actions.redaction import redact_comment
from forum.moderation.actions.review import review_comment
from forum.moderation.actions.undoing import undo
from forum.moderation.queries import appeals, log, transparency
from forum.moderation.rules.appeals import decision_to_appeal, why_not_appeal
from tests.factories import make_person, make_theme, reply_to, seen_field

pytestmark = pytest.mark.django_db


def how(by, reason="Rude."):
    return {"by": by, "reason": reason, "now": timezone.now()}


def fresh(comment):
    return Comment.objects.select_related("version", "thread__theme__event").get(pk=comment.pk)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def flat(answer) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", "", answer.content.decode()))


def is_effective(entry) -> bool:
    return LogEntry.objects.effective().filter(pk=entry.pk).exists()


def why_not(act, *args, **facts) -> Reason | None:
    try:
        act(*args, **facts)
    except Refused as refusal:
        return refusal.reason
    return None


@pytest.fixture
def una(event):
    """Another moderator of the whole event."""
    person = make_person("una")
    event.roles.create(person=person, kind=RoleKind.MODERATOR)
    return person


@pytest.fixture
def comment(thread, say):
    return say("ben", "Call 0171 222 for it.", to=thread.opening)


@pytest.fixture
def moved_on(event, theme, cast):
    """Splits a comment off and moves it to another theme; each theme has a moderator of its own."""
    there = make_theme(event, slug="there", position=2)
    here_only, there_only = make_person("here"), make_person("there")
    event.roles.create(person=here_only, kind=RoleKind.MODERATOR, theme=theme)
    event.roles.create(person=there_only, kind=RoleKind.MODERATOR, theme=there)

    def move(comment):
        move_thread(split_branch(fresh(comment), title="Apart", **how(cast.mo)).thread, to=there, **how(cast.mo))
        return here_only, there_only

    return move


def test_what_went_to_another_theme_is_its_moderators_to_take_back(cast, event, comment, moved_on):
    entry = redact_comment(fresh(comment), seen=SKIP_CHECK, passages=["0171 222"], **how(cast.mo))
    here, there = moved_on(comment)
    log_page = f"/{event.slug}/moderation/"
    undo_it = f"/entries/{entry.pk}/undo/"
    assert undo_it not in client_of(here).get(log_page).content.decode()
    assert client_of(here).post(undo_it, {"reason": ""}).status_code == 403
    assert "0171" not in fresh(comment).version.source
    assert undo_it in client_of(there).get(log_page).content.decode()
    assert client_of(there).post(undo_it, {"reason": ""}).status_code == 302
    assert "0171" in fresh(comment).version.source


def test_what_was_approved_and_moved_is_not_held_again_by_who_moderated_it_before(cast, event, thread, moved_on):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = reply_to(parent, cast.ben, "Fine.")
    entry = review_comment(fresh(held), Decision.APPROVE, seen=SKIP_CHECK, **how(cast.mo))
    here, there = moved_on(held)
    assert why_not(undo, entry, **how(here)) is Reason.NOT_MODERATOR
    assert fresh(held).status == Status.PUBLISHED
    assert why_not(undo, entry, **how(there)) is None
    assert fresh(held).status == Status.HELD


def test_an_appeal_goes_along_with_its_comment(cast, event, comment, moved_on):
    entry = redact_comment(fresh(comment), seen=SKIP_CHECK, passages=["0171 222"], **how(cast.mo))
    here, there = moved_on(comment)
    case = appeal(comment, by=cast.ben, text="Why?", about=entry.pk, now=timezone.now())
    assert (appeals.count(here, event.pk), appeals.count(there, event.pk)) == (0, 1)
    said = {"outcome": "taken-back", "answer": "", "seen": state_token(fresh(comment))}
    assert client_of(here).post(f"/appeals/{case.pk}/", said).status_code == 404
    assert client_of(there).post(f"/appeals/{case.pk}/", said).status_code == 302
    assert "0171" in fresh(comment).version.source


def test_log_and_notifications_call_a_comment_what_it_is_called_now(cast, event, theme, comment, moved_on):
    redact_comment(fresh(comment), seen=SKIP_CHECK, passages=["0171 222"], **how(cast.mo))
    moved_on(comment)
    now = fresh(comment)
    label = f"{now.theme.code}-{now.number}"
    rows, _ = log.page(cast.mo, event, log.Asked(act="redact"))
    assert rows[0]["label"] == f"{label}, version 1"
    assert [row["act"] for row in log.page(cast.mo, event, log.Asked(code=theme.code))[0]] == []
    assert "redact" in {row["act"] for row in log.page(cast.mo, event, log.Asked(code=now.theme.code))[0]}
    told = flat(cast.client("ben").get("/notifications/"))
    assert label in told
    assert f"{theme.code}-{now.number}" not in told


def test_only_the_moderators_of_where_it_is_now_read_what_is_internal(cast, event, comment, moved_on):
    flag_comment(fresh(comment), by=cast.ada, kind=FlagKind.SPAM, note="", now=timezone.now())
    client_of(cast.mo).post(f"/comments/{comment.pk}/keep/", {"reason": "It is not spam.", **seen_field(comment)})
    here, there = moved_on(comment)
    page = f"/{event.slug}/moderation/"
    assert "It is not spam." not in flat(client_of(here).get(page))
    assert "It is not spam." in flat(client_of(there).get(page))


def test_a_merged_thread_is_called_what_its_opening_is_called_now(cast, event, theme, thread, say):
    target = say("ada", "Another.", to=thread.opening)
    apart = split_branch(fresh(target), title="Apart", **how(cast.mo)).thread
    lock_thread(apart, **how(cast.mo))
    unlock_thread(apart, **how(cast.mo))
    there = make_theme(event, slug="there", position=2)
    merge_thread(apart, into=Thread.objects.get(pk=thread.pk), **how(cast.mo))
    move_thread(Thread.objects.get(pk=thread.pk), to=there, **how(cast.mo))
    now = fresh(target)
    rows, _ = log.page(cast.mo, event, log.Asked(act="lock"))
    assert rows[0]["label"] == f"{there.code}-{now.number}"
    assert f"{there.code}-{now.number}" in flat(cast.client("ada").get("/notifications/"))


def test_a_decision_that_a_later_one_replaced_is_neither_undone_nor_answered(cast, comment, una):
    first = remove_comment(comment, seen=SKIP_CHECK, **how(cast.mo, "First."))
    restore_comment(comment, seen=SKIP_CHECK, **how(cast.mo))
    second = remove_comment(comment, seen=SKIP_CHECK, **how(cast.mo, "Second."))
    assert (is_effective(first), is_effective(second)) == (False, True)
    case = appeal(comment, by=cast.ben, text="No.", about=second.pk, now=timezone.now())
    seen = state_token(fresh(comment))
    decide_appeal(case, outcome=Outcome.STANDS, by=una, answer="It stands.", seen=seen, now=timezone.now())
    assert decision_to_appeal(comment.pk) == second
    assert why_not_appeal(cast.ben, decision_to_appeal(comment.pk)) is Reason.APPEALED_ALREADY
    assert why_not(appeal, comment, by=cast.ben, text="No!", about=first.pk, now=timezone.now()) is not None
    assert why_not(undo, first, **how(una)) is Reason.UNDONE_ALREADY
    LogEntry.objects.filter(undoes=first).update(undoes=None)  # as it was restored before entries were joined
    assert why_not(undo, first, **how(una)) is Reason.CHANGED_SINCE
    assert decision_to_appeal(comment.pk) == second
    assert fresh(comment).status == Status.REMOVED


def test_an_old_pin_or_lock_takes_no_newer_one_off(cast, thread, comment):
    for decide, back, thing in (
        (partial(pin_comment, seen=SKIP_CHECK), partial(unpin_comment, seen=SKIP_CHECK), comment),
        (lock_thread, unlock_thread, thread),
    ):
        first = decide(thing, **how(cast.mo))
        back(thing, **how(cast.mo))
        second = decide(thing, **how(cast.olga, "Anew."))
        assert why_not(undo, first, **how(cast.mo)) is Reason.UNDONE_ALREADY
        LogEntry.objects.filter(undoes=first).update(undoes=None)
        assert why_not(undo, first, **how(cast.mo)) is Reason.CHANGED_SINCE
        assert is_effective(second)
    assert fresh(comment).is_pinned
    assert Thread.objects.get(pk=thread.pk).is_locked


def test_what_took_a_later_decision_back_leaves_the_earlier_in_force(cast, event, thread):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = reply_to(parent, cast.ben, "Fine.")
    approved = review_comment(fresh(held), Decision.APPROVE, seen=SKIP_CHECK, **how(cast.mo))
    removed = remove_comment(held, seen=SKIP_CHECK, **how(cast.mo))
    assert not is_effective(approved)
    undo(removed, **how(cast.mo))
    assert is_effective(approved)
    withdraw_comment(fresh(held), by=cast.ben, now=timezone.now())
    assert not is_effective(approved), "its author took it back"


def test_new_words_leave_a_decision_in_force_but_a_redaction_was_of_the_old_ones(cast, comment):
    marked = mark_off_topic(comment, seen=SKIP_CHECK, **how(cast.mo))
    redacted = redact_comment(fresh(comment), seen=SKIP_CHECK, passages=["0171 222"], **how(cast.mo))
    assert (is_effective(marked), is_effective(redacted)) == (True, True)
    edit_comment(fresh(comment), by=cast.ben, source="Call me.", now=timezone.now())
    assert (is_effective(marked), is_effective(redacted)) == (True, False)


@pytest.mark.parametrize(
    ("decide", "back", "measure"),
    [(remove_comment, restore_comment, "removed"), (mark_off_topic, mark_on_topic, "off_topic")],
)
def test_taken_back_without_undo_is_taken_back(cast, event, comment, una, decide, back, measure):
    flag_comment(fresh(comment), by=cast.ada, kind=FlagKind.SPAM, note="", now=timezone.now())
    entry = decide(comment, seen=SKIP_CHECK, **how(cast.mo))
    assert transparency.report(event)["totals"][measure] == 1
    case = appeal(comment, by=cast.ben, text="No.", about=entry.pk, now=timezone.now())
    Notification.objects.all().delete()
    done = back(comment, seen=SKIP_CHECK, **how(cast.mo, "You are right."))
    assert done.undoes == entry
    report = transparency.report(event)
    assert (report["totals"][measure], report["appeals"]["waiting"], report["appeals"]["taken_back"]) == (0, 0, 1)
    assert appeals.count(una, event.pk) == 0
    case.refresh_from_db()
    assert (case.outcome, case.decided_by, case.answer) == (Outcome.TAKEN_BACK, cast.mo, "You are right.")
    assert FlagCase.objects.get().closed_at is None, "what the decision had closed waits again"
    said = {"outcome": "stands", "answer": "It stands.", "seen": state_token(fresh(comment))}
    assert client_of(una).post(f"/appeals/{case.pk}/", said).status_code == 409
    told = Notification.objects.filter(person=cast.ben)
    assert [each.entry for each in told] == [done], "told once"
    words = "The decision that you appealed has been overturned."
    assert words in flat(cast.client("ben").get("/notifications/"))
    send_due_mail(now=timezone.now() + timedelta(hours=1))
    letters = [each.body for each in mail.outbox if each.to == [cast.ben.email]]
    assert [words in each for each in letters] == [False, True], "the decision, and that it is taken back"
    assert "The reason: You are right." in letters[1]


@pytest.mark.parametrize("act", ["redact", "reject"])
def test_undone_from_the_log_the_author_who_answered_is_told_even_at_once(cast, event, thread, act):
    event.hold_rules = {"everybody": {"is_on": act == "reject"}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    written = reply_to(parent, cast.ben, "Call 0171 222.")
    more = {"passages": ["0171 222"]} if act == "redact" else {"decision": Decision.REJECT}
    decide = redact_comment if act == "redact" else review_comment
    entry = decide(fresh(written), seen=SKIP_CHECK, **more, **how(cast.mo))
    appeal(written, by=cast.ben, text="No.", about=entry.pk, now=timezone.now())
    undone = undo(entry, **how(cast.olga, "By mistake."))
    assert [each.entry for each in Notification.objects.filter(person=cast.ben)] == [undone]
    send_due_mail(now=timezone.now() + timedelta(hours=1))
    told = [each for each in mail.outbox if "The decision that you appealed has been overturned" in each.body]
    assert len(told) == 1
    assert Appeal.objects.get().outcome == Outcome.TAKEN_BACK


def test_waits_for_decisions_that_were_undone_are_not_counted(cast, event, thread):
    event.hold_rules = {"everybody": {"is_on": True}}
    event.save(update_fields=["hold_rules"])
    parent = Comment.objects.select_related("thread__theme__event").get(pk=thread.opening_id)
    held = [reply_to(parent, cast.ben, f"{n}") for n in range(2)]
    entries = [review_comment(fresh(each), Decision.REJECT, seen=SKIP_CHECK, **how(cast.mo)) for each in held]
    assert transparency.report(event)["times"]["decisions"] == 2
    undo(entries[0], **how(cast.mo))
    assert transparency.report(event)["times"]["decisions"] == 1
