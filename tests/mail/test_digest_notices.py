"""What moderators decide about somebody's comments comes in their digest, if they wish; what restricts them at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from forum.dialogue.queries.comments import label_of
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.jobs.scheduler import run_due_jobs
from forum.kernel.choices import SanctionKind
from forum.kernel.outbox import Frequency, MailKind
from forum.mail.actions.digests import ContentChanged, begin_data
from forum.mail.actions.preferences import set_frequencies
from forum.models import LogEntry, OutgoingMail
from forum.moderation.actions.moderation import remove_comment
from forum.moderation.actions.sanctions import sanction
from tests.mail.conftest import received, text_of, time_passes

pytestmark = pytest.mark.django_db


@pytest.fixture
def wishes(cast):
    """How soon Ben wants to be told of moderation."""

    def wishes(how_soon: str) -> None:
        set_frequencies(cast.ben.pk, {"moderation": Frequency(how_soon)}, now=timezone.now())

    wishes("daily")
    return wishes


@pytest.fixture
def removed(cast, thread, say):
    """A comment of Ben's that a moderator removed an hour ago, and the email about it."""

    def removed(text: str = "Against the rules."):
        comment = say("ben", text, to=thread.opening)
        remove_comment(comment, by=cast.mo, reason="Off.", now=timezone.now() - timedelta(hours=1), seen=SKIP_CHECK)
        return comment

    return removed


def notices_sent() -> list:
    """Emails that tell of one decision and nothing else."""
    return [message for message in received() if message["Subject"].startswith("Parley: ")]


def test_a_decision_comes_in_the_digest_with_its_appeal(wishes, removed, digest, cast):
    comment = removed()
    (message,) = digest()
    assert notices_sent() == []
    assert message["Subject"] == "1 moderation notice · From Deadlock to Dialogue"
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        assert f"A moderator removed your comment {label_of(comment)}." in text
        assert "The reason: Off." in text
    appeal = re.search(r"http://127\.0\.0\.1:8000(/answers/\S+)", text_of(message))
    assert Client().get(appeal[1]).status_code == 200
    assert list(OutgoingMail.objects.filter(sent_at=None)) == []
    assert digest() == []


def test_a_decision_that_is_undone_before_the_digest_is_not_told(wishes, removed, digest, cast):
    removed()
    run_due_jobs(now=timezone.now())
    assert OutgoingMail.objects.get(kind=MailKind.NOTICE).is_deferred
    cast.client("mo").post(f"/entries/{LogEntry.objects.latest('pk').pk}/undo/")
    assert digest() == []
    assert not OutgoingMail.objects.filter(kind=MailKind.NOTICE).exists()


def test_a_decision_that_is_undone_while_the_digest_is_made_makes_it_anew(wishes, removed, cast):
    removed()
    run_due_jobs(now=timezone.now())
    (notice,) = OutgoingMail.objects.filter(kind=MailKind.NOTICE)
    began = timezone.now() - timedelta(minutes=3)
    facts = {"kind": MailKind.DAILY, "person": cast.ben, "due_at": began, "sending_since": began}
    digest = OutgoingMail.objects.create(key="daily", **facts)
    cast.client("mo").post(f"/entries/{notice.entry_id}/undo/")
    with pytest.raises(ContentChanged):
        begin_data(digest.pk, [notice.pk], now=timezone.now())
    digest.refresh_from_db()
    assert digest.data_began_at is None


def test_whoever_wants_to_be_told_at_once_again_gets_what_waits(wishes, removed):
    removed()
    mail.outbox.clear()
    run_due_jobs(now=timezone.now())
    assert notices_sent() == []
    wishes("at_once")
    run_due_jobs(now=timezone.now())
    assert len(notices_sent()) == 1


def test_whoever_wants_no_such_emails_gets_none(wishes, removed, digest):
    removed()
    run_due_jobs(now=timezone.now())
    wishes("off")
    assert digest() == []
    assert notices_sent() == []
    assert not OutgoingMail.objects.exists()


def test_what_waits_moves_to_the_other_digest(wishes, removed, digest):
    removed()
    run_due_jobs(now=timezone.now())
    wishes("weekly")
    (message,) = digest()
    assert message["List-Id"].startswith("<weekly.")


def test_a_comment_that_waited_and_was_decided_is_told_once(wishes, held, digest, cast):
    comment = held()
    run_due_jobs(now=timezone.now() + timedelta(minutes=11))
    assert OutgoingMail.objects.get(comment=comment).is_deferred
    seen = {f"c{comment.pk}-decision": "approve", f"c{comment.pk}-seen": f"{comment.version_id}.{comment.status}"}
    cast.client("mo").post(f"/comments/{comment.pk}/decide/", seen)
    (message,) = [each for each in digest() if each["To"] == "ben@example.org"]
    assert "has been published" in text_of(message)
    assert "awaiting review" not in text_of(message)
    run_due_jobs(now=timezone.now() + timedelta(days=1))
    assert not OutgoingMail.objects.filter(kind=MailKind.NOTICE, sent_at=None).exists()


def test_a_comment_that_still_waits_is_told(wishes, held, digest):
    held()
    run_due_jobs(now=timezone.now() + timedelta(minutes=11))
    (message,) = [each for each in digest() if each["To"] == "ben@example.org"]
    assert "is awaiting review by a moderator" in text_of(message)


def test_at_an_address_that_is_not_confirmed_a_decision_is_told_at_once(wishes, removed, cast):
    removed()
    EmailAddress.objects.filter(user=cast.ben).update(verified=False)
    mail.outbox.clear()
    run_due_jobs(now=timezone.now())
    assert len(notices_sent()) == 1


def test_staff_see_what_waits_for_a_digest(wishes, removed, staff):
    removed()
    run_due_jobs(now=timezone.now())
    assert "Waiting for the next digest" in staff.get("/admin/forum/outgoingmail/").content.decode()


def test_what_restricts_a_person_leaves_at_once(wishes, cast, event):
    now = timezone.now() - timedelta(hours=1)
    sanction(cast.ben, SanctionKind.SILENCE, event, by=cast.mo, reason="Enough.", note="", until=None, now=now)
    mail.outbox.clear()
    run_due_jobs(now=timezone.now())
    assert len(notices_sent()) == 1


def test_more_decisions_than_one_digest_holds_come_in_the_next(wishes, removed, digest):
    labels = [label_of(removed(f"Number {number}.")) for number in range(13)]
    first, second = digest(), digest()
    found = [re.findall(r"removed your comment (\w+-\d+)", text_of(message)) for message in first + second]
    assert found == [labels[:10], labels[10:]]


def test_long_reasons_keep_the_digest_small(wishes, cast, thread, say, digest):
    for number in range(10):
        comment = say("ben", f"Number {number}.", to=thread.opening)
        facts = {"by": cast.mo, "reason": "سبب " * 120, "seen": SKIP_CHECK}
        remove_comment(comment, now=timezone.now() - timedelta(hours=1), **facts)
    digests = digest()
    (raw,) = [each.message().as_bytes(linesep="\r\n") for each in mail.outbox if "digest" in str(each.message())]
    assert len(raw) < 90_000
    assert len(digests) == 1


def test_a_digest_that_the_mail_server_refused_is_made_anew(wishes, removed, cast, settings):
    """And the decisions in it wait for it, as before."""
    removed()
    run_due_jobs(now=timezone.now())
    time_passes(timedelta(days=2))
    run_due_jobs(now=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    run_due_jobs(now=timezone.now() + timedelta(minutes=5))
    notice, digest = OutgoingMail.objects.order_by("kind").reverse()
    assert [notice.kind, digest.kind, digest.tries] == ["notice", "daily", 1]
    assert not any(each.sending_since or each.data_began_at or each.sent_at for each in (notice, digest))
