"""`manage.py receive_mail` in a process of its own, with an email on its standard input, as mail servers run it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

from forum.kernel.outbox import IncomingState
from forum.models import Comment, IncomingMail, OutgoingMail
from tests.mail.incoming.conftest import letter
from tests.server import database_url
from tests.services import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
OK, TRY_AGAIN = 0, 75  # sysexits.h


def started(**environment: str) -> subprocess.Popen[bytes]:
    own = {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": "http://127.0.0.1:8000",
        "INCOMING_EMAIL": "reply@forum.example.org",
        "DJANGO_SETTINGS_MODULE": "forum.settings",
    }
    command = [sys.executable, "manage.py", "receive_mail"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | own | environment, **pipes)


def received(raw: bytes, **environment: str) -> tuple[int, str]:
    """The exit code, and what was said."""
    process = started(**environment)
    said, errors = process.communicate(raw, timeout=60)
    return process.returncode, (said + errors).decode()


def at_once(emails: list[bytes]) -> list[int]:
    """The exit codes of as many processes, which all get their email at the same moment."""
    processes = [started() for _ in emails]
    for process, raw in zip(processes, emails, strict=True):
        process.stdin.write(raw)
        process.stdin.close()
    codes = [process.wait(120) for process in processes]
    for process in processes:
        process.stdout.close()
        process.stderr.close()
    return codes


def test_a_mail_server_hands_over_a_reply(thread, cast, address):
    assert received(letter("I agree.", to=address(thread.opening)).as_bytes()) == (OK, "")
    assert Comment.objects.get(author=cast.ben).version.source == "I agree."


def test_what_is_refused_is_taken_and_answered(thread, address):
    assert received(letter("I agree.", to=address(thread.opening, "ada")).as_bytes()) == (OK, "")
    assert IncomingMail.objects.get().state == IncomingState.REFUSED
    assert OutgoingMail.objects.get().kind == "answer"


def test_the_same_email_five_times_at_once_is_one_comment(thread, cast, address):
    raw = letter("I agree.", to=address(thread.opening)).as_bytes()
    assert at_once([raw] * 5) == [OK] * 5
    assert Comment.objects.filter(author=cast.ben).count() == 1
    assert IncomingMail.objects.count() == 1
    assert not OutgoingMail.objects.filter(kind="answer").exists()


def test_five_refused_emails_at_once_get_one_answer(thread, address):
    to = address(thread.opening, "ada")
    assert at_once([letter(f"Number {number}.", to=to).as_bytes() for number in range(5)]) == [OK] * 5
    assert IncomingMail.objects.filter(state=IncomingState.REFUSED).count() == 5
    assert OutgoingMail.objects.filter(kind="answer").count() == 1


def test_without_a_database_the_mail_server_keeps_the_email(thread, address):
    to = address(thread.opening)
    raw = letter("I agree.", to=to).as_bytes()
    code, said = received(raw, DATABASE_URL="postgres://nobody@127.0.0.1:9/none")
    assert code == TRY_AGAIN
    assert to.partition("@")[0] not in said


def test_where_no_email_comes_in_nothing_is_lost(thread, address):
    code, said = received(letter("I agree.", to=address(thread.opening)).as_bytes(), INCOMING_EMAIL="")
    assert (code, "INCOMING_EMAIL" in said) == (TRY_AGAIN, True)


@pytest.mark.parametrize(
    "raw", [b"", b"\0\xff\xfe", b"From: ben@example.org\nTo: =?x?q?\n\n\xff", b"Subject: x" * 9_000]
)
def test_what_is_no_email_ends_nothing(thread, raw):
    code, _said = received(raw)
    assert code == OK
    assert Comment.objects.count() == 1
