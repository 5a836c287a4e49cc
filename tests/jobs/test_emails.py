"""An email leaves once, or is marked uncertain; a newer one takes the place of one that did not leave."""

from __future__ import annotations

import signal
import subprocess
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from forum.dialogue.actions.outgoing_mail import queue_report
from forum.dialogue.queries.comments import label_of
from forum.mail.sending import send_due_mail
from forum.models import OutgoingMail
from forum.moderation.actions.reports import Notice, report_comment
from tests.factories import new_key
from tests.jobs.conftest import LONG_AGO
from tests.jobs.elsewhere import MailServer, do_due_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_email_whose_sender_dies_before_it_writes_that_down_leaves_once_and_is_shown_as_uncertain(owe, cast):
    owe()
    sender: subprocess.Popen[bytes]
    server = MailServer(lambda: sender.send_signal(signal.SIGKILL))
    sender = do_due_elsewhere(EMAIL_URL=server.url)
    assert sender.wait(60) == -signal.SIGKILL
    assert len(server.taken) == 1
    OutgoingMail.objects.update(due_at=timezone.now() - LONG_AGO)
    call_command("do_due")
    assert mail.outbox == [], "it has left"

    staff = cast.client("olga")
    type(cast.olga).objects.filter(pk=cast.olga.pk).update(is_staff=True)
    address = "/admin/forum/outgoingmail/"
    assert "Being sent" in staff.get(address).content.decode()
    long_ago = timezone.now() - timedelta(minutes=11)
    OutgoingMail.objects.update(sending_since=long_ago, data_began_at=long_ago)
    shown = staff.get(address, {"state": "uncertain"}).content.decode()
    assert "Uncertain" in shown
    assert "Ben" in shown
    chosen = {"_selected_action": OutgoingMail.objects.get().pk}
    assert cast.client("ada").post(address, {"action": "send_again_action"} | chosen).status_code == 302
    assert OutgoingMail.objects.get().sending_since is not None, "only staff decide about it"
    staff.post(address, {"action": "send_again_action"} | chosen)
    call_command("do_due")
    assert len(mail.outbox) == 1
    assert OutgoingMail.objects.get().sent_at is not None


def test_an_uncertain_email_that_arrived_is_marked_as_sent(owe, cast):
    owe()
    began = timezone.now() - timedelta(minutes=11)
    OutgoingMail.objects.update(sending_since=began, data_began_at=began)
    type(cast.olga).objects.filter(pk=cast.olga.pk).update(is_staff=True)
    chosen = {"action": "mark_as_sent_action", "_selected_action": OutgoingMail.objects.get().pk}
    cast.client("olga").post("/admin/forum/outgoingmail/", chosen)
    assert OutgoingMail.objects.get().sent_at == began
    call_command("do_due")
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("answer", "is_uncertain"),
    [(b"451 try later", False), (None, True)],  # None: the line ends without an answer
)
def test_only_what_the_mail_server_refused_itself_is_sent_again(owe, answer, is_uncertain):
    owe()
    server = MailServer(lambda: answer)
    assert do_due_elsewhere(EMAIL_URL=server.url).wait(60) == 0
    letter = OutgoingMail.objects.get()
    assert (letter.sent_at, letter.tries) == (None, 1)
    assert (letter.sending_since is not None) == is_uncertain


def test_a_mail_server_that_is_away_is_tried_again(owe):
    owe()
    assert do_due_elsewhere(EMAIL_URL="smtp://127.0.0.1:9").wait(60) == 0
    letter = OutgoingMail.objects.get()
    assert (letter.sent_at, letter.sending_since, letter.tries) == (None, None, 1)


def test_of_an_act_that_is_undone_while_its_email_may_have_left_its_author_is_told(owe, cast):
    (letter,) = owe()
    OutgoingMail.objects.update(sending_since=timezone.now())
    cast.client("mo").post(f"/entries/{letter.entry_id}/undo/")
    assert OutgoingMail.objects.filter(pk=letter.pk).exists()
    assert OutgoingMail.objects.exclude(pk=letter.pk).exists(), "that it is taken back"


@pytest.fixture
def report(thread):
    """A report whose author is owed an email."""
    notice = Notice(explanation="It is against the law.", name="Eve", email="eve@example.net")
    return report_comment(thread.opening, notice, key=new_key(), now=timezone.now() - LONG_AGO)


@pytest.fixture
def staff(cast):
    type(cast.olga).objects.filter(pk=cast.olga.pk).update(is_staff=True)
    return cast.client("olga")


def test_an_email_that_was_refused_gives_way_to_a_newer_one_about_the_same(report):
    """The mail server takes its time, and meanwhile the report is decided."""

    def answer() -> bytes:
        queue_report(report, now=timezone.now())
        connection.close()
        return b"451 try later"

    older = OutgoingMail.objects.get()
    assert do_due_elsewhere(EMAIL_URL=MailServer(answer).url).wait(60) == 0
    newer = OutgoingMail.objects.get()
    assert newer.pk != older.pk
    assert (newer.sending_since, newer.tries) == (None, 0)
    call_command("do_due")
    assert [email.to for email in mail.outbox] == [["eve@example.net"]]


def test_an_uncertain_email_is_not_sent_again_beside_a_newer_one_and_staff_are_told_why(report, staff):
    older = OutgoingMail.objects.get()
    long_ago = timezone.now() - timedelta(minutes=11)
    OutgoingMail.objects.update(sending_since=long_ago, data_began_at=long_ago)
    queue_report(report, now=timezone.now())
    chosen = {"action": "send_again_action", "_selected_action": older.pk}
    page = staff.post("/admin/forum/outgoingmail/", chosen, follow=True).content.decode()
    assert '<li class="warning">1 email was not changed' in page
    assert "a newer email about the same thing is waiting" in page
    assert 'class="success"' not in page
    older.refresh_from_db()
    assert older.sending_since is not None


def test_an_email_is_not_uncertain_only_because_those_before_it_took_long(report, settings):
    server = MailServer(lambda: None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(server.url.rpartition(":")[2])
    began = timezone.now()
    assert send_due_mail(now=began - timedelta(minutes=11)) == 0  # a round that has gone on for so long
    letter = OutgoingMail.objects.get()
    assert letter.sending_since >= began
    assert letter.due_at >= began + timedelta(minutes=5)
    assert not OutgoingMail.objects.uncertain(now=timezone.now()).exists()


def test_an_email_about_a_comment_that_waits_is_shown_with_its_label(staff, say, thread):
    comment = say("ben", "Buy at the casino.", to=thread.opening)
    OutgoingMail.objects.create(person=comment.author, comment=comment, due_at=timezone.now())
    page = staff.get("/admin/forum/outgoingmail/").content.decode()
    assert f'<td class="field-subject">{label_of(comment)}</td>' in page
    assert "Select email to view" in page
