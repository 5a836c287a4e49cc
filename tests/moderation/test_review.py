"""Deciding about what waits: in place, by what was seen, with claims, together, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.comments import edit_comment
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import CLAIM_LASTS, Act, Decision, NotificationKind, Status
from forum.mail.sending import send_due_mail
from forum.models import Claim, Comment, CommentVersion, LogEntry, Notification, OutgoingMail, Trust
from forum.moderation.actions.claims import claim_card
from forum.moderation.actions.review import review_comment
from tests.factories import make_theme, seen_field, whole

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
LATER = timedelta(minutes=30)


def sent(comment: Comment, decision: str, **more: str) -> dict[str, str]:
    prefix = f"c{comment.pk}-"
    seen = f"{comment.version_id}.{comment.status}"
    return {f"{prefix}decision": decision, f"{prefix}seen": seen} | {prefix + name: text for name, text in more.items()}


def decide(cast, who: str, comment: Comment, decision: str, **more: str):
    return cast.client(who).post(f"/comments/{comment.pk}/decide/", sent(comment, decision, **more), **JSON)


def label(comment: Comment) -> str:
    return f"{comment.thread.theme.code}-{comment.number}"


def thread_page(cast, comment: Comment, who: str = "eve") -> str:
    return cast.client(who).get(f"/threads/{comment.thread_id}/").content.decode()


def in_thread(cast, comment: Comment, who: str = "eve") -> str:
    return re.search(rf'id="comment-{comment.pk}".*?</article>', thread_page(cast, comment, who), re.S).group()


@pytest.mark.parametrize(
    ("decision", "reason", "status", "act"),
    [
        ("approve", "", Status.PUBLISHED, Act.APPROVE),
        ("trust", "", Status.PUBLISHED, Act.TRUST),
        ("revise", "Say it without the name.", Status.REVISION, Act.REVISE),
        ("reject", "Advertising.", Status.REJECTED, Act.REJECT),
    ],
)
def test_each_decision_is_logged_with_how_long_it_took_and_told(cast, held, decision, reason, status, act):
    comment = held()
    answer = decide(cast, "mo", comment, decision, reason=reason)
    assert answer.status_code == 200
    assert "By Mo" in answer.json()["decided"]
    assert whole(comment.pk).status == status
    entry = LogEntry.objects.get(comment=comment)
    assert (entry.act, entry.reason, entry.actor) == (act, reason, cast.mo)
    assert entry.waited is not None
    assert Notification.objects.filter(person=cast.ben, entry=entry).count() == 1


def test_a_trusted_author_waits_no_more(cast, held):
    decide(cast, "mo", held(), "trust")
    assert Trust.objects.filter(person=cast.ben).exists()
    assert held("The casino again.").status == Status.PUBLISHED


@pytest.mark.parametrize("decision", ["revise", "reject"])
def test_a_no_needs_a_reason_and_the_text_comes_back(cast, held, decision):
    comment = held()
    assert decide(cast, "mo", comment, decision).status_code == 422
    page = cast.client("mo").post(f"/comments/{comment.pk}/decide/", sent(comment, decision))
    assert page.status_code == 422
    assert "The author can read it" in page.content.decode()
    too_long = cast.client("mo").post(f"/comments/{comment.pk}/decide/", sent(comment, decision, reason="x" * 501))
    assert too_long.status_code == 422
    assert "x" * 501 in too_long.content.decode()
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("eve", 404), ("ada", 404), ("ben", 403), ("mo", 200), ("olga", 200)])
def test_who_decides(cast, held, who, status):
    comment = held()
    assert decide(cast, who, comment, "approve").status_code == status
    assert whole(comment.pk).is_public == (status == 200)


def test_a_moderator_of_another_theme_sees_and_decides_nothing(cast, held, event):
    comment = held()
    event.roles.create(person=cast.ada, kind="moderator", theme=make_theme(event))
    desk = cast.client("ada").get(f"/{event.slug}/moderation/desk/")
    assert desk.status_code == 200
    assert f"card-{comment.pk}" not in desk.content.decode()
    assert decide(cast, "ada", comment, "approve").status_code == 404
    event.roles.create(person=cast.ada, kind="moderator", theme=comment.thread.theme)
    assert decide(cast, "ada", comment, "approve").status_code == 200


def test_whoever_comes_second_is_told_who_decided_what(cast, held):
    comment = held()
    decide(cast, "olga", comment, "reject", reason="Advertising.")
    late = decide(cast, "mo", comment, "approve")
    assert late.status_code == 409
    assert "Comment rejected. By Olga" in late.json()["problem"]
    assert whole(comment.pk).status == Status.REJECTED
    assert LogEntry.objects.count() == 1
    page = cast.client("mo").post(f"/comments/{comment.pk}/decide/", sent(comment, "approve"), follow=True)
    assert "By Olga" in page.content.decode()


def test_a_decision_belongs_to_the_text_that_was_seen(cast, held):
    comment = held()
    edit_comment(whole(comment.pk), by=cast.ben, source="The casino, softer.", now=timezone.now())
    late = decide(cast, "mo", comment, "approve")
    assert late.status_code == 409
    assert "changed this comment" in late.json()["problem"]
    assert "softer" in late.json()["card"], "the new text, to be read"
    assert whole(comment.pk).status == Status.HELD


def test_what_was_written_before_publication_never_becomes_public(cast, held):
    comment = held("The casino zebrafinch.")
    edit_comment(whole(comment.pk), by=cast.ben, source="The casino, softer.", now=timezone.now())
    decide(cast, "mo", whole(comment.pk), "approve")
    assert CommentVersion.objects.get(comment=comment, number=1).is_hidden
    assert "edited" not in in_thread(cast, comment)
    for address in ("", "history/", "?version=1"):
        page = cast.client("eve").get(f"/comments/{comment.pk}/{address}")
        assert "zebrafinch" not in page.content.decode(), address


def test_a_revision_goes_to_the_author_and_comes_back_to_the_desk(cast, held, event):
    comment = held()
    decide(cast, "mo", comment, "revise", reason="Leave the firm out.")
    theirs = thread_page(cast, comment, "ben")
    assert "A moderator asks you to change this before it is published: Leave the firm out." in theirs
    assert f"/comments/{comment.pk}/edit/" in theirs
    assert "Leave the firm out." not in thread_page(cast, comment, "ada")
    own = cast.client("ben").get(f"/comments/{comment.pk}/").content.decode()
    assert "A moderator asks you to change this before it is published: Leave the firm out." in own
    assert "casino" in own
    edited = cast.client("ben").post(f"/comments/{comment.pk}/edit/", {"source": "Somewhere else.", "key": "k" * 20})
    assert edited.status_code == 302
    assert whole(comment.pk).status == Status.HELD
    desk = cast.client("mo").get(f"/{event.slug}/moderation/desk/").content.decode()
    assert f"card-{comment.pk}" in desk
    assert "Its author changed it" in desk


def test_a_card_that_is_open_is_a_colleagues_for_two_minutes(cast, held):
    comment, now = held(), timezone.now()
    assert cast.client("olga").post(f"/comments/{comment.pk}/lease/", {"act": "take"}).status_code == 302
    refused = decide(cast, "mo", comment, "approve")
    assert refused.status_code == 409
    assert "reviewing this" in refused.json()["problem"]
    assert "Olga is reviewing this." in cast.client("mo").get(f"/comments/{comment.pk}/decide/").content.decode()
    Claim.objects.update(until=now - CLAIM_LASTS)
    assert decide(cast, "mo", comment, "approve").status_code == 200
    assert not Claim.objects.exists()


def test_taking_over_is_logged_for_colleagues_only(cast, held, event):
    comment = held()
    claim_card(comment, by=cast.olga, now=timezone.now())
    mo = cast.client("mo")
    assert mo.post(f"/comments/{comment.pk}/lease/", {"act": "take"}, **JSON).status_code == 409
    assert mo.post(f"/comments/{comment.pk}/lease/", {"act": "over"}, **JSON).status_code == 200
    assert LogEntry.objects.get().act == Act.TAKE_OVER
    assert not Notification.objects.exclude(kind=NotificationKind.QUEUE).exists()
    assert "taken over" not in cast.client("eve").get(f"/{event.slug}/moderation/").content.decode()
    assert decide(cast, "olga", comment, "approve").status_code == 409
    assert mo.post(f"/comments/{comment.pk}/lease/", {"act": "leave"}, **JSON).status_code == 200
    assert decide(cast, "olga", comment, "approve").status_code == 200


@pytest.mark.parametrize("decision", ["approve", "trust", "revise", "reject"])
def test_undoing_at_once_brings_the_card_back_and_nobody_hears_of_it(cast, held, decision):
    comment = held()
    told = decide(cast, "mo", comment, decision, reason="Because.").json()
    back = cast.client("mo").post(told["undo"], **JSON)
    assert back.status_code == 200
    assert f"card-{comment.pk}" in back.json()["cards"][str(comment.pk)]
    assert whole(comment.pk).status == Status.HELD
    assert not Trust.objects.exists()
    assert not Notification.objects.filter(person=cast.ben).exists()
    send_due_mail(now=timezone.now() + LATER)
    assert [letter.subject for letter in mail.outbox] == [f"Parley: {label(comment)} is awaiting review"]
    assert cast.client("mo").post(told["undo"], **JSON).status_code == 409


def test_undoing_later_is_told_to_whoever_was_told(cast, held):
    comment = held()
    told = decide(cast, "mo", comment, "reject", reason="Advertising.").json()
    send_due_mail(now=timezone.now() + LATER)
    assert [letter.subject for letter in mail.outbox] == [f"Parley: {label(comment)}: Comment rejected"]
    assert "The reason: Advertising." in mail.outbox[0].body
    cast.client("olga").post(told["undo"])
    send_due_mail(now=timezone.now() + LATER)
    assert "is awaiting review again" in "".join(letter.body for letter in mail.outbox[1:])


@pytest.mark.parametrize(("who", "status"), [("eve", 403), ("ada", 403), ("ben", 403), ("mo", 302), ("olga", 302)])
def test_who_undoes(cast, held, who, status):
    told = decide(cast, "olga", held(), "reject", reason="No.").json()
    assert cast.client(who).post(told["undo"]).status_code == status


def test_what_has_moved_on_is_not_undone(cast, held):
    comment = held()
    told = decide(cast, "mo", comment, "approve").json()
    cast.client("ben").post(f"/comments/{comment.pk}/withdraw/")
    assert cast.client("mo").post(told["undo"], **JSON).status_code == 409
    assert whole(comment.pk).status == Status.WITHDRAWN


def test_many_are_decided_and_undone_as_one(cast, held, event):
    comments = [held(f"The casino {n}.") for n in range(4)]
    review_comment(comments[3], Decision.APPROVE, seen=SKIP_CHECK, by=cast.olga, reason="", now=timezone.now())
    picks = [f"{comment.pk}:{comment.version_id}.held" for comment in comments]
    mo = cast.client("mo")
    facts = {"pick": picks, "all-decision": "reject", "all-reason": "Advertising."}
    told = mo.post(f"/{event.slug}/moderation/desk/decide/", facts, **JSON).json()
    assert told["said"].startswith("3 comments have been decided.")
    assert "Another moderator has already handled" in told["said"]
    assert len(set(LogEntry.objects.filter(act=Act.REJECT).values_list("batch", flat=True))) == 1
    assert Comment.objects.filter(status=Status.REJECTED).count() == 3
    back = mo.post(told["undo"], **JSON).json()
    assert back["said"] == "3 decisions have been undone."
    assert [f"card-{pk}" in html for pk, html in back["cards"].items()] == [True] * 3
    assert Comment.objects.filter(status=Status.HELD).count() == 3
    assert whole(comments[3].pk).is_public


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"all-decision": "approve"}, 422),
        ({"pick": ["1:1.held"], "all-decision": "reject"}, 422),
        ({"pick": ["x"], "all-decision": "approve"}, 404),
        ({"pick": ["1:1.held"], "all-decision": "nonsense"}, 422),
    ],
)
def test_a_selection_that_makes_no_sense_is_told(cast, event, facts, status):
    assert cast.client("mo").post(f"/{event.slug}/moderation/desk/decide/", facts, **JSON).status_code == status


def test_the_desk_hears_what_colleagues_do_and_what_is_new(cast, held, event):
    first, second = held("The casino 1."), held("The casino 2.")
    news = f"/{event.slug}/moderation/desk/news/"
    mo = cast.client("mo")
    claim_card(first, by=cast.olga, now=timezone.now())
    review_comment(second, Decision.APPROVE, seen=SKIP_CHECK, by=cast.olga, reason="", now=timezone.now())
    third = held("The casino 3.")
    told = mo.get(news, {"ids": f"{first.pk},{second.pk}"}).json()
    assert (told["count"], told["new"], told["cards"]) == (2, 1, [])
    assert told["states"][str(first.pk)]["claim"] == "Olga is reviewing this."
    assert "Comment published. By Olga" in told["states"][str(second.pk)]["decided"]
    fresh = mo.get(news, {"ids": f"{first.pk}", "cards": "1"}).json()["cards"]
    assert [f"card-{third.pk}" in html for html in fresh] == [True]
    assert cast.client("ada").get(news).status_code == 403
    assert mo.get(news, {"ids": "1;drop"}).status_code == 404


def test_without_scripts_the_desk_says_what_was_decided_and_offers_to_undo_it(cast, held):
    comment = held()
    mo = cast.client("mo")
    page = mo.post(f"/comments/{comment.pk}/decide/", sent(comment, "reject", reason="No."), follow=True)
    text = page.content.decode()
    assert "Comment rejected. By Mo" in text
    undo = re.search(r'action="(/entries/\d+/undo/)"', text).group(1)
    assert mo.get(undo).status_code == 200
    assert mo.post(undo, {"back": ""}, follow=True).status_code == 200
    assert whole(comment.pk).status == Status.HELD


def test_off_topic_stays_public_folded_behind_its_reason(cast, thread, say):
    comment = say("ben", "What about cricket?", to=thread.opening)
    mo = cast.client("mo")
    why = {"reason": "Please open a thread."} | seen_field(comment)
    assert mo.post(f"/comments/{comment.pk}/off-topic/", why).status_code == 302
    html = in_thread(cast, comment)
    assert 'Off topic: <span dir="auto">Please open a thread.</span></summary>' in html
    assert "cricket" in html
    assert mo.post(f"/comments/{comment.pk}/off-topic/", {"reason": "Twice."} | seen_field(comment)).status_code == 409
    mo.post(f"/comments/{comment.pk}/on-topic/", {"reason": ""} | seen_field(comment))
    assert "Off topic" not in in_thread(cast, comment)


def test_redaction_takes_out_and_puts_nothing_in(cast, thread, say):
    comment = say("ben", "Call zebrafinch at 555 or zebrafinch again.", to=thread.opening)
    edit_comment(whole(comment.pk), by=cast.ben, source="Call zebrafinch at 555, please.", now=timezone.now())
    mo = cast.client("mo")
    why = {"reason": "Personal data."} | seen_field(comment)
    wrong = mo.post(f"/comments/{comment.pk}/redact/", {"passages": "not there"} | why)
    assert wrong.status_code == 422
    assert "not there" in wrong.content.decode()
    done = mo.post(f"/comments/{comment.pk}/redact/", {"passages": "zebrafinch\n555"} | why)
    assert done.status_code == 302
    assert whole(comment.pk).version.source == "Call [personal data redacted] at [personal data redacted], please."
    for address in (f"/comments/{comment.pk}/", f"/comments/{comment.pk}/history/", f"/threads/{comment.thread_id}/"):
        assert "zebrafinch" not in cast.client("eve").get(address).content.decode(), address
    history = cast.client("eve").get(f"/comments/{comment.pk}/history/").content.decode()
    assert "Personal data redacted by a moderator" in history
    mo.post(f"/entries/{LogEntry.objects.get(act=Act.REDACT).pk}/undo/")
    overlapping = {"passages": "555\nzebrafinch at 555\ndata", "reason": "Personal data."} | seen_field(comment)
    assert mo.post(f"/comments/{comment.pk}/redact/", overlapping).status_code == 422, "the word data does not occur"
    assert whole(comment.pk).version.source == "Call zebrafinch at 555, please."


def test_letters_leave_when_they_are_due_and_say_why(cast, held):
    comment = held()
    assert send_due_mail(now=timezone.now()) == 0
    assert send_due_mail(now=timezone.now() + LATER) == 1
    letter = mail.outbox[0]
    assert letter.to == ["ben@example.org"]
    assert "It contains a watched word: casino." in letter.body
    assert f"/comments/{comment.pk}/" in letter.body
    assert send_due_mail(now=timezone.now() + LATER) == 0
    assert OutgoingMail.objects.get().sent_at is not None


def test_a_letter_that_does_not_leave_is_tried_again_later_each_time(held, settings):
    held()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    waits = []
    for tries in range(1, 9):
        at = timezone.now()
        OutgoingMail.objects.update(due_at=at)
        assert send_due_mail(now=at) == 0
        assert send_due_mail(now=at) == 0, "not at once again"
        letter = OutgoingMail.objects.get()
        assert (letter.tries, letter.sent_at) == (tries, None)
        waits.append(round((letter.due_at - at) / timedelta(minutes=5)))
    assert waits == [2**n for n in range(8)]
    OutgoingMail.objects.update(due_at=timezone.now())
    send_due_mail(now=timezone.now())
    assert OutgoingMail.objects.get().tries == 8, "that was the last time"


def test_while_a_mail_server_says_nothing_everybody_else_can_write(held, settings):
    comment = held()
    settings.EMAIL_BACKEND = "tests.moderation.test_review.SlowBackend"
    SlowBackend.meanwhile = lambda: Comment.objects.filter(pk=comment.pk).update(edited_at=timezone.now())
    assert send_due_mail(now=timezone.now() + LATER) == 1
    assert SlowBackend.was_free


class SlowBackend(BaseEmailBackend):
    """A mail server in whose time others write."""

    meanwhile: Callable[[], Any]
    was_free = False

    def send_messages(self, messages: Sequence[Any]) -> int:
        # In a test's own transaction nothing would be locked: what counts is that the job has opened none of its own.
        SlowBackend.was_free = len(connection.savepoint_ids) == 0
        SlowBackend.meanwhile()
        return len(messages)
