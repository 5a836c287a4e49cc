"""Emails are fetched from a real IMAP server: each becomes one comment, and is marked as read after that."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from forum.jobs import incoming
from forum.kernel import work
from forum.kernel.outbox import IncomingState
from forum.mail.incoming import imap
from forum.models import Comment, IncomingMail, Restoration
from tests.mail.incoming.conftest import letter, picture
from tests.support.dovecot import DOVECOT, dovecot
from tests.support.own_services import SKIPS

pytestmark = [
    pytest.mark.skipif(DOVECOT is None and SKIPS, reason="needs dovecot"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def mailbox(tmp_path, settings):
    with dovecot(tmp_path) as server:
        settings.IMAP_URL = server.url
        yield server


def failing(name, error):
    """While this lasts, statements with this name or value in them fail."""

    def fail(execute, sql, params, many, context):
        if name in f"{sql} {params}" and "INSERT" in sql:
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(fail)


def test_what_is_unread_is_taken_once(thread, cast, address, mailbox):
    for text in ("First.", "Second."):
        mailbox.deliver(letter(text, to=address(thread.opening)))
    mailbox.deliver(letter("Away.", to=address(thread.opening), Auto_Submitted="auto-replied"))
    call_command("receive_mail", "--imap")
    call_command("receive_mail", "--imap")
    assert mailbox.flags() == [r"\Seen"] * 3
    written = Comment.objects.filter(author=cast.ben).order_by("pk").values_list("version__source", flat=True)
    assert list(written) == ["First.", "Second."]
    assert IncomingMail.objects.filter(state=IncomingState.AUTOMATIC).count() == 1


def test_an_email_waits_while_the_database_is_away(thread, address, mailbox):
    mailbox.deliver(letter("First.", to=address(thread.opening)))
    with failing("incomingmail", OperationalError("database is locked")), pytest.raises(OperationalError):
        imap.fetch_mail()
    assert mailbox.flags() == [""], "read only after it was stored"
    assert imap.fetch_mail() == 1
    assert mailbox.flags() == [r"\Seen"]


def test_an_email_waits_while_the_server_is_busy(thread, cast, address, mailbox, folder, monkeypatch):
    monkeypatch.setattr(work.PICTURES, "patience", 0.1)
    message = letter("First.", to=address(thread.opening))
    message.add_attachment(picture(), maintype="image", subtype="png", filename="map.png")
    mailbox.deliver(message)
    with work.PICTURES.turn():
        assert imap.fetch_mail() == 0
    assert mailbox.flags() == [""]
    assert not Comment.objects.filter(author=cast.ben).exists()
    assert imap.fetch_mail() == 1
    assert Comment.objects.get(author=cast.ben).attachments.count() == 1


def test_an_email_is_taken_that_was_stored_but_not_marked(thread, cast, address, mailbox, monkeypatch):
    mailbox.deliver(letter("First.", to=address(thread.opening)))
    line_type = imap.imaplib.IMAP4
    asking = line_type.uid

    def cut_off(self, command, *arguments):
        if command == "STORE":
            raise OSError("the line is cut")
        return asking(self, command, *arguments)

    monkeypatch.setattr(line_type, "uid", cut_off)
    with pytest.raises(imap.MailboxAway):
        imap.fetch_mail()
    assert mailbox.flags() == [""]
    monkeypatch.setattr(line_type, "uid", asking)
    imap.fetch_mail()
    assert mailbox.flags() == [r"\Seen"]
    assert Comment.objects.filter(author=cast.ben).count() == 1


def test_one_email_that_cannot_be_taken_holds_up_no_other(thread, cast, address, mailbox, monkeypatch):
    mailbox.deliver(letter("Broken.", to=address(thread.opening)))
    mailbox.deliver(letter("Second.", to=address(thread.opening)))
    with failing("Broken.", KeyError("a mistake of ours")):
        assert imap.fetch_mail() == 1
    assert imap.fetch_mail() == 0
    assert mailbox.flags() == [r"\Flagged", r"\Seen"]


def test_a_wrong_password_is_one_line_without_it(mailbox, settings):
    settings.IMAP_URL = mailbox.url.replace("secret", "wrong")
    with pytest.raises(CommandError) as error:
        call_command("receive_mail", "--imap")
    assert "cannot be read" in str(error.value)
    assert "place" not in str(error.value)


def test_a_restored_copy_leaves_the_mailbox_to_the_original(thread, address, mailbox, db):
    mailbox.deliver(letter("First.", to=address(thread.opening)))
    Restoration.objects.create(archived_at=timezone.now(), restored_at=timezone.now())
    assert incoming.fetch_in_turn() == 0
    with pytest.raises(CommandError, match="restored copy"):
        call_command("receive_mail", "--imap")
    assert mailbox.flags() == [""]


def test_one_process_fetches_at_a_time(thread, address, mailbox):
    mailbox.deliver(letter("First.", to=address(thread.opening)))
    cache.add(incoming.TURN, 1, 60)
    assert incoming.fetch_in_turn() == 0
    assert mailbox.flags() == [""]
    cache.delete(incoming.TURN)
    assert incoming.fetch_in_turn() == 1


def test_the_server_fetches_by_itself(thread, cast, address, mailbox, monkeypatch):
    monkeypatch.setattr(incoming, "BETWEEN", 0.1)
    end = incoming.start_fetching()
    mailbox.deliver(letter("First.", to=address(thread.opening)))
    deadline = time.monotonic() + 20
    while mailbox.flags() != [r"\Seen"] and time.monotonic() < deadline:
        time.sleep(0.1)
    end()
    for fetcher in [each for each in threading.enumerate() if each.name == "incoming email"]:
        fetcher.join(20)
    assert mailbox.flags() == [r"\Seen"]
    assert Comment.objects.filter(author=cast.ben).count() == 1
