"""What people are told by email at once: replies, mentions, what they follow; only what they may read and have not."""

from __future__ import annotations

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.comments import withdraw_comment
from forum.dialogue.actions.following import follow
from forum.dialogue.actions.notifications import see
from forum.dialogue.queries.comments import label_of
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.outbox import Frequency, MailKind
from forum.mail.actions.preferences import set_frequencies
from forum.models import Notification, OutgoingMail
from tests.mail.conftest import mention, text_of

pytestmark = pytest.mark.django_db


def test_an_author_gets_an_email_about_a_reply(thread, say, sent, cast):
    reply = say("ben", "Not *always*, I think.", to=thread.opening)
    (message,) = sent()
    assert message["To"] == "ada@example.org"
    assert message["From"] == '"Ben (Parley)" <parley@127.0.0.1>'
    assert message["Subject"] == f"[{label_of(thread.opening)}] Where does cooperation happen"
    text, html = text_of(message), text_of(message, "html")
    assert text.startswith("Ben replied to you")
    assert "Not *always*, I think." in text
    assert "<em>always</em>" in html
    assert f"http://127.0.0.1:8000/comments/{reply.pk}/" in text
    assert f"http://127.0.0.1:8000/comments/{reply.pk}/" in html
    assert "replied to you" in html
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_mention_outside_what_somebody_follows_is_told(thread, say, sent, cast):
    say("ada", f"What does {mention(cast.ben)} think?", to=thread.opening)
    (message,) = sent()
    assert message["To"] == "ben@example.org"
    assert text_of(message).startswith("Ada mentioned you")


def test_what_somebody_follows_is_told_at_once_only_if_they_wish(theme, thread, say, sent, cast):
    for name in ("olga", "mo"):
        follow(theme, by=getattr(cast, name), now=timezone.now())
    set_frequencies(cast.olga.pk, {"followed": Frequency.AT_ONCE}, now=timezone.now())
    say("ada", "Something new.", to=thread.opening)
    (message,) = sent()
    assert message["To"] == "olga@example.org"
    assert "you follow this discussion" in text_of(message)


def test_whoever_is_answered_and_follows_gets_one_email(theme, thread, say, sent, cast):
    follow(theme, by=cast.ada, now=timezone.now())
    follow(thread, by=cast.ada, now=timezone.now())
    set_frequencies(cast.ada.pk, {"followed": Frequency.AT_ONCE}, now=timezone.now())
    say("ben", f"I agree with {mention(cast.ada)}.", to=thread.opening)
    assert len(sent()) == 1


def test_nothing_is_told_that_was_seen_or_read_before_the_email_left(thread, say, sent, cast):
    say("ben", "One.", to=thread.opening)
    see(cast.ada, now=timezone.now())
    assert sent() == []
    say("ben", "Two.", to=thread.opening)
    cast.client("ada").post(f"/threads/{thread.pk}/read/", {"up_to": theme_revision(thread)})
    assert sent() == []
    assert not OutgoingMail.objects.exists()


def test_nothing_is_told_of_a_comment_that_is_gone(thread, say, sent, cast):
    reply = say("ben", "A secret by mistake.", to=thread.opening)
    withdraw_comment(reply, by=cast.ben, now=timezone.now())
    assert sent() == []


def test_a_held_comment_is_told_once_it_is_public(held, thread, sent, cast):
    comment = held()
    assert [text_of(message) for message in sent() if message["To"] == "ada@example.org"] == []
    said = {f"c{comment.pk}-decision": "approve", f"c{comment.pk}-seen": f"{comment.version_id}.{comment.status}"}
    cast.client("mo").post(f"/comments/{comment.pk}/decide/", said)
    assert [message["To"] for message in sent() if "replied to you" in text_of(message)] == ["ada@example.org"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": None}, {"email": "elsewhere@example.org"}])
def test_nobody_is_told_at_an_address_that_is_not_confirmed(thread, say, sent, cast, change):
    say("ben", "One.", to=thread.opening)
    Person.objects.filter(pk=cast.ada.pk).update(**change)
    assert sent() == []


def test_an_email_of_one_comment_is_queued_once(thread, say, cast):
    say("ben", "One.", to=thread.opening)
    run_due_jobs(now=timezone.now())
    Notification.objects.update(queued_at=None)
    run_due_jobs(now=timezone.now())
    assert OutgoingMail.objects.filter(kind=MailKind.COMMENT).count() == 1


def test_links_to_pages_of_ours_name_the_site(thread, say, sent, cast):
    say("ben", f"See [that](/comments/{thread.opening_id}/), {mention(cast.ada)}.", to=thread.opening)
    (message,) = sent()
    assert 'href="/' not in text_of(message, "html")
    assert "](/" not in text_of(message)
    assert f"(http://127.0.0.1:8000/comments/{thread.opening_id}/)" in text_of(message)


def test_names_and_titles_keep_their_direction_to_themselves(thread, say, sent, cast):
    Person.objects.filter(pk=cast.ada.pk).update(name="ليلى")
    cast.ada.refresh_from_db()
    first = say("ada", "أهلا", to=thread.opening)
    mail.outbox.clear()
    say("ben", "Hello.", to=first)
    answers = [message for message in sent() if message["To"] == "ada@example.org"]
    (message,) = answers
    assert "\u2068ليلى\u2069" in text_of(message)
    assert "<bdi>ليلى</bdi>" in text_of(message, "html")
    assert '<html lang="en" dir="ltr">' in text_of(message, "html")


def theme_revision(thread) -> int:
    thread.theme.refresh_from_db()
    return thread.theme.revision
