"""A reply by email becomes a comment by the rules of a form; what does not is explained once, with its text."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import timezone

from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.choices import SOURCE_LENGTH, SanctionKind, Status
from forum.kernel.outbox import IncomingState, MailKind
from forum.kernel.reasons import Reason
from forum.mail.incoming.accept import receive
from forum.models import Comment, IncomingMail, OutgoingMail
from forum.moderation.actions.moderation import lock_thread, remove_comment
from forum.moderation.actions.sanctions import sanction
from tests.factories import whole
from tests.mail.conftest import text_of
from tests.mail.incoming.conftest import letter

pytestmark = pytest.mark.django_db
TEXT = "In my experience it happens in corridors."


def read(message):
    return message_from_string(message.message().as_string())


@pytest.fixture
def refused(answers):
    """The one answer, with the sentence of a reason."""

    def refused(reason, *, with_text=True):
        assert not Comment.objects.filter(version__source__contains="corridors").exists()
        (answer,) = answers()
        assert str(reason.label) in answer.body
        assert (TEXT in answer.body) is with_text
        return answer

    return refused


def test_a_reply_becomes_a_comment_of_its_sender(thread, cast, address, take, answers):
    message = letter(TEXT, to=address(thread.opening))
    assert take(message) == IncomingState.POSTED
    comment = Comment.objects.get(author=cast.ben)
    assert (comment.thread_id, comment.parent_id, comment.status) == (thread.pk, None, Status.PUBLISHED)
    assert comment.version.source == TEXT
    assert answers() == []


def test_the_email_of_a_comment_is_answered_as_mail_programs_do(thread, say, sent, cast, take):
    comment = say("ada", f"What does [@{cast.ben.name}](/people/{cast.ben.pk}/) think?", to=thread.opening)
    (told,) = [message for message in sent() if message["To"] == "ben@example.org"]
    quoted = "\n".join(f"> {line}" for line in text_of(told).split("\n"))
    text = f"{TEXT}\n\nOn Monday, {told['From']} wrote:\n{quoted}"
    take(letter(text, to=told["Reply-To"], subject=f"Re: {told['Subject']}"))
    reply = Comment.objects.get(author=cast.ben)
    assert (reply.parent_id, reply.version.source) == (comment.pk, TEXT)
    assert "Reply to this email to post a public reply." in text_of(told)


def test_the_address_is_found_where_mail_servers_write_it(thread, cast, address, take):
    for name in ("X_Gm_Original_To", "Delivered_To", "X_Original_To", "Envelope_To", "Resent_To", "Cc"):
        headers = {name: address(thread.opening)}
        assert take(letter(f"By {name}.", to="someone@example.org", **headers)) == IncomingState.POSTED
    assert Comment.objects.filter(author=cast.ben).count() == 6


def test_another_confirmed_address_of_the_same_person_will_do(thread, cast, address, take):
    EmailAddress.objects.create(user=cast.ben, email="Ben@work.example", verified=True)
    EmailAddress.objects.create(user=cast.ben, email="new@work.example", verified=False)
    assert take(letter(TEXT, to=address(thread.opening), by="new@work.example")) == IncomingState.REFUSED
    assert take(letter(TEXT, to=address(thread.opening), by="ben@WORK.example")) == IncomingState.POSTED


def test_somebody_elses_address_is_refused(thread, address, take, refused):
    take(letter(TEXT, to=address(thread.opening, "ada")))
    answer = refused(Reason.MAIL_WRONG_SENDER)
    assert answer.to == ["ben@example.org"]


def test_two_senders_are_no_sender(thread, address, take, answers):
    both = "ben@example.org, ada@example.org"
    assert take(letter(TEXT, to=address(thread.opening), by=both)) == IncomingState.AUTOMATIC
    assert answers() == []
    assert not Comment.objects.exclude(pk=thread.opening_id).exists()


def test_an_answer_stays_in_the_thread_of_their_email(thread, address, take, refused):
    message = letter(TEXT, to=address(thread.opening, "ada"))
    take(message)
    answer = read(refused(Reason.MAIL_WRONG_SENDER))
    assert answer["In-Reply-To"] == answer["References"] == message["Message-ID"]
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["Subject"] == f"Re: {message['Subject']}"


def test_an_address_ends_after_thirty_days(thread, address, take, refused):
    old = address(thread.opening, now=timezone.now() - timedelta(days=31))
    take(letter(TEXT, to=old))
    answer = refused(Reason.MAIL_EXPIRED)
    assert f"http://127.0.0.1:8000/comments/{thread.opening_id}/" in answer.body


def test_a_locked_thread_takes_no_emails(thread, cast, address, take, refused):
    lock_thread(thread, by=cast.mo, reason="Enough.", now=timezone.now())
    take(letter(TEXT, to=address(thread.opening)))
    refused(Reason.THREAD_LOCKED)


def test_a_closed_dialogue_takes_no_emails(event, thread, address, take, refused):
    event.closes_at = timezone.now() - timedelta(days=1)
    event.save(update_fields=["closes_at"])
    take(letter(TEXT, to=address(thread.opening)))
    refused(Reason.DIALOGUE_CLOSED)


def test_a_suspended_person_is_told_so(event, thread, cast, address, take, refused):
    facts = {"reason": "Insults.", "until": None, "now": timezone.now()}
    sanction(cast.ben, SanctionKind.SUSPENSION, event, by=cast.olga, **facts)
    take(letter(TEXT, to=address(thread.opening)))
    refused(Reason.SUSPENDED)


def test_slow_mode_holds_for_emails(theme, thread, cast, say, address, take, refused):
    say("ben", "First.", to=thread.opening)
    theme.slow_minutes = 5
    theme.save(update_fields=["slow_minutes"])
    take(letter(TEXT, to=address(thread.opening)))
    refused(Reason.SLOW_MODE)


def test_a_text_that_is_too_long_comes_back(thread, address, take, answers):
    take(letter(f"{TEXT} {'word ' * 5_000}", to=address(thread.opening)))
    (answer,) = answers()
    assert f"A comment can have at most {SOURCE_LENGTH}" in answer.body
    assert "word word" in answer.body


def test_an_empty_email_is_explained(thread, address, take, refused):
    take(letter("\n\n", to=address(thread.opening)))
    refused(Reason.MAIL_EMPTY, with_text=False)


def test_of_a_removed_comment_an_answer_says_nothing(thread, say, cast, address, take, refused):
    secret = say("ada", "The secret address is 4 Quiet Lane.", to=thread.opening)
    to = address(secret)
    remove_comment(secret, by=cast.mo, reason="Private.", now=timezone.now(), seen=SKIP_CHECK)
    quoted = f"{TEXT}\n\nOn Monday, Ada (Parley) <parley@127.0.0.1> wrote:\n> The secret address is\n> 4 Quiet Lane.\n"
    take(letter(quoted, to=to))
    answer = refused(Reason.COMMENT_GONE)
    assert "Quiet" not in answer.message().as_string()


def test_a_held_reply_is_told_once_and_in_its_thread(event, thread, cast, address, take, answers):
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])
    message = letter("The casino.", to=address(thread.opening))
    assert take(message) == IncomingState.HELD
    assert answers(minutes=5) == [], "a moderator may decide first"
    (answer,) = answers()
    assert "awaiting review" in answer.body
    assert answer.extra_headers["In-Reply-To"] == message["Message-ID"]
    assert not OutgoingMail.objects.filter(kind=MailKind.NOTICE).exists(), "not twice"


def test_a_held_reply_that_was_decided_is_not_told_as_held(held, event, thread, cast, address, take, answers):
    held()
    take(letter("Another casino.", to=address(thread.opening)))
    comment = whole(IncomingMail.objects.get().comment_id)
    said = {f"c{comment.pk}-decision": "approve", f"c{comment.pk}-seen": f"{comment.version_id}.{comment.status}"}
    cast.client("mo").post(f"/comments/{comment.pk}/decide/", said)
    assert answers() == []


def test_an_email_to_no_comment_is_explained_with_the_page(thread, take, refused):
    asked = {"In_Reply_To": f"<comment.{thread.opening_id}@127.0.0.1>"}
    take(letter(TEXT, to="reply@forum.example.org", **asked))
    answer = refused(Reason.MAIL_NOT_ADDRESSED)
    assert f"/comments/{thread.opening_id}/" in answer.body


def test_an_answer_to_a_digest_is_explained(thread, take, refused):
    take(letter(TEXT, to="reply@forum.example.org", In_Reply_To="<digest.7.2026-03-02@127.0.0.1>"))
    refused(Reason.MAIL_DIGEST)


def test_a_signature_that_is_not_ours_is_no_address(thread, address, take, refused):
    name, _, rest = address(thread.opening).partition("+r.")
    take(letter(TEXT, to=f"{name}+r.9{rest}"))
    refused(Reason.MAIL_NOT_ADDRESSED)


def test_strangers_learn_nothing_and_get_no_text_of_theirs_sent(thread, take, answers):
    """Else anybody could have us send their words to anybody."""
    take(letter("Buy my pills.", to="reply@forum.example.org", by="victim@elsewhere.example"))
    (answer,) = answers()
    assert answer.to == ["victim@elsewhere.example"]
    assert "pills" not in answer.body
    assert str(Reason.MAIL_NOT_ADDRESSED.label) in answer.body


def test_strangers_together_get_few_answers(thread, take, answers, monkeypatch):
    monkeypatch.setattr("forum.mail.incoming.answers.MOST_TO_STRANGERS", 3)
    for number in range(6):
        take(letter("Hello", to="reply@forum.example.org", by=f"s{number}@elsewhere.example"))
    assert len(answers()) == 3


def test_one_sender_gets_one_answer_an_hour(thread, address, take, answers):
    now = timezone.now().replace(minute=50)
    for minutes in (0, 20, 40, 61):
        message = letter(TEXT, to=address(thread.opening, "ada"))
        receive(message.as_bytes(), now=now + timedelta(minutes=minutes))
    answered = [row.answer_id is not None for row in IncomingMail.objects.order_by("received_at")]
    assert answered == [True, False, False, True]
    assert OutgoingMail.objects.filter(kind=MailKind.ANSWER).count() == 2


def test_texts_are_kept_until_their_answer_has_left(thread, address, take, answers):
    take(letter(TEXT, to=address(thread.opening, "ada")))
    assert IncomingMail.objects.get().text == TEXT
    answers()
    answers()
    row = IncomingMail.objects.get()
    assert (row.text, row.address, row.subject, row.message_id) == ("", "", "", "")
    assert "corridors" not in str(IncomingMail.objects.values())


def test_an_email_that_was_posted_leaves_no_text_here(thread, address, take):
    take(letter(TEXT, to=address(thread.opening)))
    row = IncomingMail.objects.get()
    assert (row.text, row.address) == ("", "")
    assert "ben@example.org" not in str(IncomingMail.objects.values())


def test_the_same_email_again_changes_nothing(thread, cast, address, take, answers):
    message = letter(TEXT, to=address(thread.opening))
    assert {take(message) for _ in range(3)} == {IncomingState.POSTED}
    assert Comment.objects.filter(author=cast.ben).count() == 1
    del message["Message-ID"]
    assert {take(message) for _ in range(3)} == {IncomingState.POSTED}
    assert Comment.objects.filter(author=cast.ben).count() == 2, "without a Message-ID its text is what it is known by"


def test_a_message_id_is_nobody_elses(thread, cast, address, take):
    """Else whoever guesses it could keep an email out."""
    known = {"Message_ID": "<known@mail.example.org>"}
    ours = letter(TEXT, to=address(thread.opening), **known)
    theirs = letter("No.", to=address(thread.opening), by="eve@elsewhere.example", **known)
    assert take(theirs) == IncomingState.REFUSED
    assert take(ours) == IncomingState.POSTED


def test_the_email_that_died_after_its_comment_was_stored_makes_no_second_one(thread, cast, address, take):
    message = letter(TEXT, to=address(thread.opening))
    take(message)
    IncomingMail.objects.all().delete()
    cache.clear()
    assert take(message) == IncomingState.POSTED
    assert Comment.objects.filter(author=cast.ben).count() == 1
