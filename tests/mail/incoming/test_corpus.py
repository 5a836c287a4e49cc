"""A corpus of 184 replies: none is emptied, nearly all are cut where their author ended, and the rest is folded."""

from __future__ import annotations

from email.message import EmailMessage, Message

import pytest
from django.utils import timezone

from forum.mail.incoming.body import Body, read_body
from forum.mail.incoming.own_email import OwnEmail, letters, own_email_about
from tests.factories import open_thread
from tests.mail.conftest import text_of
from tests.mail.incoming.programs import PROGRAMS, WORDS, Words, Written

pytestmark = pytest.mark.django_db


@pytest.fixture
def quoted(thread, say, sent, cast, incoming):
    """Our email about Ada's comment to Ben in a language: its text, subject, and what is known of it afterwards."""

    def quoted(words: Words) -> tuple[str, str, OwnEmail]:
        opening = open_thread(thread.theme, cast.ben, "Where does cooperation happen")
        comment = say("ada", "\n\n".join(words.body), to=opening)
        (message,) = [each for each in sent() if each["To"] == cast.ben.email]
        own = own_email_about(comment.pk, cast.ben.pk, now=timezone.now())
        return text_of(message).replace("\r\n", "\n").strip(), str(message["Subject"]), own

    return quoted


def as_message(written: Written) -> Message:
    message = EmailMessage()
    message.set_content(written.content, subtype="html" if written.is_html else "plain", cte="8bit")
    if written.is_flowed:
        message.set_param("format", "flowed")
    return message


def is_cut_right(body: Body, written: Written) -> bool:
    return letters(body.reply) == letters(" ".join(written.answer))


@pytest.mark.parametrize("language", WORDS)
def test_replies_of_all_programs_are_cut_right(language, quoted):
    words = WORDS[language]
    text, subject, own = quoted(words)
    wrong = []
    for name, program in PROGRAMS.items():
        written = program(words, text, subject)
        body = read_body(as_message(written), own)
        said = letters(body.source)
        assert all(letters(answer) in said for answer in words.answers), f"{name}: something of it is lost"
        assert all(letters(added) in letters(body.rest) for added in written.added), f"{name}: something is cut"
        assert "/email/s" not in body.source, f"{name}: a link that is a key is published"
        if not is_cut_right(body, written):
            wrong.append((name, body.reply, body.rest))
    print(wrong)
    assert len(wrong) <= 0.05 * len(PROGRAMS), wrong
