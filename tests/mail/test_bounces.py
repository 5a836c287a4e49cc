"""Emails that come back: for good or three times, none leave to that address until its owner says so."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string
from smtplib import SMTPRecipientsRefused

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from forum.mail.actions.bounces import forget_old_bounces
from forum.mail.addresses import signed_address
from forum.mail.bounce_reports import BounceReport, read_report
from forum.mail.bounces import take_refusal, take_report
from forum.mail.incoming.accept import receive
from forum.models import Bounce

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: reply+b.0.7@forum.example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

We could not deliver your message.

--b
Content-Type: message/{kind}

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: message/rfc822

Subject: [P-1] Where does cooperation happen

Text.
--b--
"""
PLAIN = """\
From: MAILER-DAEMON@mail.example.org
To: reply+b.0.7@forum.example.org
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Subject: [P-1] Where does cooperation happen
"""


def report(action="failed", status="5.1.1", said="550 5.1.1 User unknown", kind="delivery-status"):
    return message_from_string(REPORT.format(action=action, status=status, said=said, kind=kind))


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (report(), BounceReport(is_hard=True, said="550 5.1.1 User unknown")),
        (report(kind="global-delivery-status"), BounceReport(is_hard=True, said="550 5.1.1 User unknown")),
        (report(status="4.2.2", said="452 full"), BounceReport(is_hard=False, said="452 full")),
        (report(action="delayed", status="4.4.1"), None),
        (report(action="delivered", status="2.0.0"), None),
        (report(action="relayed", status="2.0.0"), None),
        (message_from_string(PLAIN), BounceReport(is_hard=True, said="")),
        (message_from_string("Subject: Nobody says who sent this\n\nHello."), None),
        (message_from_string("From: ada@example.org\nSubject: Out of office\n\nI am away."), None),
    ],
)
def test_a_report_says_whether_the_address_is_lost(message, wanted):
    assert read_report(message) == wanted


@pytest.fixture
def _told(thread, say):
    say("ben", "One.", to=thread.opening)


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_after_a_hard_bounce_no_email_leaves_until_somebody_presses_the_button(cast, sent, thread, say):
    take_report(report(), cast.ada.pk, now=timezone.now())
    assert sent() == []
    client = cast.client("ada")
    page = client.get("/following/").content.decode()
    assert "Emails to <bdi>ada@example.org</bdi> came back" in page
    assert "550 5.1.1 User unknown" in page
    assert "came back" not in cast.client("ben").get("/following/").content.decode()
    client.post("/email/resume/")
    assert "came back" not in client.get("/following/").content.decode()
    say("ben", "Two.", to=thread.opening)
    assert [message["To"] for message in sent()] == ["ada@example.org"]


@pytest.mark.django_db
def test_emails_that_come_back_for_the_moment_stop_at_the_third_within_two_weeks(cast):
    begin = timezone.now() - timedelta(days=40)
    for days in (0, 1, 20, 21):
        take_report(report(status="4.2.2"), cast.ada.pk, now=begin + timedelta(days=days))
        assert not Person.objects.get(pk=cast.ada.pk).is_unreachable
    take_report(report(status="4.2.2"), cast.ada.pk, now=begin + timedelta(days=22))
    assert Person.objects.get(pk=cast.ada.pk).is_unreachable


@pytest.mark.django_db
@pytest.mark.usefixtures("_told")
def test_another_address_gets_emails_at_once(cast, sent):
    take_report(report(), cast.ada.pk, now=timezone.now())
    cast.ada.emailaddress_set.update(email="ada@elsewhere.example")
    Person.objects.filter(pk=cast.ada.pk).update(email="ada@elsewhere.example")
    assert [message["To"] for message in sent()] == ["ada@elsewhere.example"]
    assert "came back" not in cast.client("ada").get("/following/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "is_lost"),
    [(b"5.1.1 No such user", True), (b"5.7.1 Looks like spam", False), (b"4.2.2 Mailbox full", False)],
)
def test_what_our_own_mail_server_refuses_counts_if_it_is_the_address(cast, answer, is_lost):
    error = SMTPRecipientsRefused({"ada@example.org": (550, answer)})
    take_refusal(error, cast.ada.pk, now=timezone.now())
    assert Person.objects.get(pk=cast.ada.pk).is_unreachable == is_lost


@pytest.mark.django_db
def test_nobody_resumes_the_emails_of_somebody_else(cast):
    take_report(report(), cast.ada.pk, now=timezone.now())
    cast.client("ben").post("/email/resume/")
    assert Client().post("/email/resume/").status_code == 302
    assert Person.objects.get(pk=cast.ada.pk).is_unreachable
    assert Bounce.objects.count() == 1


@pytest.mark.django_db
def test_a_report_that_comes_to_the_address_in_the_envelope_counts(incoming, cast):
    message = report()
    message.replace_header("To", signed_address("bounce", person_id=cast.ada.pk, now=timezone.now()))
    assert receive(message.as_bytes(), now=timezone.now()) == "report"
    assert Person.objects.get(pk=cast.ada.pk).is_unreachable
    assert not Person.objects.get(pk=cast.ben.pk).is_unreachable


@pytest.mark.django_db
def test_what_a_mail_server_says_is_shown_as_text(cast):
    said = "550 5.1.1 <script>alert(1)</script> <b>gone</b>"
    take_report(report(said=said), cast.ada.pk, now=timezone.now())
    page = cast.client("ada").get("/following/").content.decode()
    assert "550 5.1.1 &lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;gone&lt;/b&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_old_bounces_are_forgotten(cast):
    for days in (89, 91):
        take_report(report(status="4.2.2"), cast.ada.pk, now=timezone.now() - timedelta(days=days))
    assert forget_old_bounces(now=timezone.now()) == 1
    assert Bounce.objects.count() == 1
