"""Looking at what an email leads to changes nothing: mail scanners and previews follow every link."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from forum.dialogue.actions.following import follow
from forum.dialogue.rules.moderation import SKIP_CHECK
from forum.kernel.outbox import MailKind
from forum.mail.actions.lists import subscribe
from forum.mail.addresses import signed_address
from forum.mail.incoming.accept import receive
from forum.models import OutgoingMail
from forum.moderation.actions.moderation import remove_comment
from tests.mail.conftest import received, text_of
from tests.support.dump import whole_database

pytestmark = pytest.mark.django_db
LINK = re.compile(rf"{re.escape(settings.SITE_URL)}(/[^\s\"<>)]*)")


@pytest.fixture
def emails(thread, theme, say, cast, digest, incoming):
    """One of every kind: a reply, a list, a digest, a notice, and the answer to an email that was refused."""
    theme.refresh_from_db()
    follow(theme, by=cast.mo, now=timezone.now())
    subscribe(cast.olga, theme, sends_own=False, now=timezone.now())
    reply = say("ben", "Not always.", to=thread.opening)
    removed = say("ben", "Against the rules.", to=thread.opening)
    remove_comment(removed, seen=SKIP_CHECK, by=cast.mo, reason="Off.", now=timezone.now())
    wrong = EmailMessage()
    wrong["From"], wrong["Message-ID"] = "ben@example.org", "<1@mail.example.org>"
    wrong["To"] = signed_address("reply", person_id=cast.ada.pk, target=reply.pk, now=timezone.now())
    wrong.set_content("In somebody else's name.")
    receive(wrong.as_bytes(), now=timezone.now())
    digest()
    assert set(OutgoingMail.objects.exclude(sent_at=None).values_list("kind", flat=True)) == {
        MailKind.COMMENT, MailKind.LIST, MailKind.DAILY, MailKind.NOTICE, MailKind.ANSWER,
    }  # fmt: skip
    return received()


def test_looking_at_any_link_of_any_email_changes_nothing(emails, cast):
    paths = {
        path
        for message in emails
        for text in (text_of(message), text_of(message, "html"), str(message["List-Unsubscribe"] or ""))
        for path in LINK.findall(text)
    }
    assert {path.split("/")[1] for path in paths} >= {"answers", "comments", "email", "threads"}
    clients = [Client(), cast.client("ada")]
    before = whole_database()
    for client in clients:
        for path in paths:
            for look in (client.get, client.head, client.options):
                assert look(path).status_code < 500
    assert whole_database() == before
