"""What somebody wrote, in the cases that a table of mail programs does not have."""

from __future__ import annotations

import time
from email import message_from_bytes
from email.message import EmailMessage, Message

import pytest

from forum.kernel.choices import SOURCE_LENGTH
from forum.mail.incoming.body import Body, read_body
from forum.mail.incoming.flowed import unflowed
from forum.mail.incoming.own_email import OwnEmail, letters

COMMENT = ["Openness was never a matter of protocol alone.", "Small delegations cannot be in four rooms at once."]
AROUND = "Ada replied to you: Where does cooperation happen Read in the discussion: Email settings:"
OWN = OwnEmail(
    marks=(letters("Ada (Parley)"), letters("parley@forum.example.org")),
    body=(letters(" ".join(COMMENT)),),
    public=(letters(" ".join(COMMENT)),),
    around=letters(f"{AROUND} {' '.join(COMMENT)}"),
)
WROTE = "On Mon, 2 Mar 2026 at 12:00, Ada (Parley) <parley@forum.example.org> wrote:"
QUOTED = "\n".join(f"> {line}" for line in ["Ada replied to you:", "", *COMMENT, "", "Email settings:"])


def plain(text: str, **facts: object) -> Body:
    message = EmailMessage()
    message.set_content(text, cte="8bit")
    return read_body(message, OWN, **facts)


def html(text: str) -> Body:
    message = EmailMessage()
    message.set_content(text, subtype="html")
    return read_body(message, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks,\nBen",
        "Best regards,\nBen",
        "-- \nBen",
        "Sent from my iPhone",
        "On Monday I wrote:",
        "From: everybody\nDate: whenever\nSubject: the same",
        "- one\n- two\n- three",
        "> Nobody said this before.\n> Or did they?",
        "Disclaimer: this is my own view, not that of my email provider.",
        "_" * 40,
    ],
)
def test_a_reply_is_never_emptied(text):
    body = plain(f"{text}\n\n{WROTE}\n{QUOTED}")
    assert letters(text) in letters(body.source)
    assert letters(COMMENT[0]) not in letters(body.source)
    assert body.reply or not letters(text) or text.startswith(">")


@pytest.mark.parametrize(
    "text",
    [
        "First line.\n\nThanks, that was all that I wanted to know about it, and I will come back to this in a month.",
        "We have two lists:\n\n- one\n- two\n\nand one conclusion.",
        "From: is a word. Date: is one, too.\nSubject: is a third.\n\nAnd this is my point.",
        "In 2012 I wrote:\n\nNobody listens.\n\nThat is still true.",
        "A line\n--\nanother line\n--\nand the last one.",
        "I agree with Ada (Parley):\n\nsmall delegations need help.",
    ],
)
def test_prose_stays_in_the_comment(text):
    body = plain(f"{text}\n\n{WROTE}\n{QUOTED}")
    assert letters(text) in letters(body.source), "nothing is lost"
    assert letters(text.rstrip().split("\n")[0]) in letters(body.reply)


def test_only_our_email_is_no_reply():
    body = plain(f"{WROTE}\n{QUOTED}\n")
    assert body == Body("", "", "")


def test_quotations_of_others_are_folded():
    body = plain("I agree.\n\nOn Sunday, Cem <cem@example.org> wrote:\n> Something else\n> entirely.\n")
    assert body.reply == "I agree."
    assert "> Something else" in body.rest
    assert body.source.startswith("I agree.\n\nQuoted text from the email:\n\n> On Sunday, Cem")


def test_an_answer_below_outlooks_headers_is_kept():
    headers = "From: Ada (Parley) <parley@forum.example.org>\nSent: Monday\nTo: Ben\nSubject: Cooperation"
    body = plain(f"{headers}\n\n{COMMENT[0]}\n\nThis is where I disagree.\n\n{COMMENT[1]}\n")
    assert body.reply == "This is where I disagree."


def test_an_answer_within_what_outlook_quotes_is_folded_but_there():
    headers = "From: Ada (Parley) <parley@forum.example.org>\nSent: Monday\nTo: Ben\nSubject: Cooperation"
    body = plain(f"See below.\n\n{headers}\n\n{COMMENT[0]}\nThis is where I disagree.\n{COMMENT[1]}\n")
    assert body.reply == "See below."
    assert "This is where I disagree." in body.rest
    assert COMMENT[0] not in body.source


def test_what_is_not_public_any_more_is_not_quoted():
    own = OwnEmail(marks=OWN.marks, body=OWN.body, public=(letters(COMMENT[1]),), around=OWN.around)
    message = EmailMessage()
    message.set_content(f"{WROTE}\n> {COMMENT[0]}\n\nNo.\n\n> {COMMENT[1]}\n\nYes.\n")
    body = read_body(message, own)
    assert letters(COMMENT[0]) not in letters(body.source)
    assert body.reply == f"No.\n\n> {COMMENT[1]}\n\nYes."
    assert COMMENT[1] not in body.said, "what may be sent back quotes nobody"


def test_links_that_are_keys_and_addresses_of_ours_are_taken_out(settings):
    settings.INCOMING_EMAIL = "reply@forum.example.org"
    link = "https://forum.example.org/email/stop/WzFd:sig/"
    rewritten = "https://safelinks.example/?url=https%3A%2F%2Fforum.example.org%2Femail%2Fsettings%2FMQ%3Asig%2F"
    body = plain(
        f"See {link} and {rewritten}.\nreply+r.5.7.abc.{'0' * 20}@forum.example.org\n\n-- \nben@example.org\n{link}\n",
        private=["ben@example.org"],
    )
    for key in ("email/stop", "email%2Fsettings", "reply+", "ben@example.org"):
        assert key not in body.source
        assert key not in body.said


def test_a_long_rest_is_left_out_and_that_is_said():
    rest = "\n".join(f"> Line {number} of somebody else." for number in range(2_000))
    body = plain(f"I agree.\n\n{rest}\n")
    assert body.source == "I agree.\n\nQuoted text from the email was too long and is not shown."
    assert len(body.rest) > SOURCE_LENGTH


def test_html_alone_becomes_markdown():
    body = html(
        "<p>I <b>agree</b> with <a href='https://example.org/'>this</a></p><ul><li>one</li></ul>"
        f"<div class='gmail_quote'><div>{WROTE}<br></div><blockquote>{COMMENT[0]}<br>{COMMENT[1]}</blockquote></div>"
    )
    assert body.reply == "I **agree** with [this](https://example.org/)\n\n- one"
    assert body.rest == ""


def test_plain_text_wins_over_html():
    message = EmailMessage()
    message.set_content("Plain words.")
    message.add_alternative("<p>Rich words.</p>", subtype="html")
    assert read_body(message, OWN).reply == "Plain words."


def test_an_empty_plain_part_gives_way_to_html():
    message = EmailMessage()
    message.set_content("\n")
    message.add_alternative("<p>Rich words.</p>", subtype="html")
    assert read_body(message, OWN).reply == "Rich words."


@pytest.mark.parametrize(
    ("charset", "named"), [("utf-8", "us-ascii"), ("cp1252", "iso-8859-1"), ("utf-8", "x-unknown")]
)
def test_wrong_charsets_are_mended(charset, named):
    raw = b"Content-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n\n%s\n"
    message: Message = message_from_bytes(raw % (named.encode(), "Zoë “agrees”".encode(charset)))
    assert read_body(message, OWN).reply == "Zoë “agrees”"


def test_flowed_lines_are_paragraphs():
    message = EmailMessage()
    message.set_content("Short \nlines \nflow.\nThis one ends.", cte="8bit")
    message.set_param("format", "flowed")
    assert read_body(message, OWN).reply == "Short lines flow.\\\nThis one ends."
    flowed = "A long line that \ngoes on.\n> quoted \n> on.\n>> deeper\nEnd.\n-- \nBen \n From here"
    assert unflowed(flowed, deletes_spaces=False) == (
        "A long line that goes on.\n> quoted on.\n>> deeper\nEnd.\n-- \nBen From here"
    )
    assert unflowed("日本 \n語", deletes_spaces=True) == "日本語"


@pytest.mark.parametrize(
    "text",
    [
        "Am " * 20_000, "On On On wrote " * 8_000, "> " * 50_000, "-" * 100_000, "_ " * 60_000, "From: a\n" * 20_000,
        "a:" * 50_000, "x\n\n" * 40_000, ("Am Am schrieb schrieb " * 9 + "\n") * 500, "<" * 60_000, "a@" * 50_000,
    ],
)  # fmt: skip
def test_nothing_takes_long(text):
    begun = time.process_time()
    plain(text)
    assert time.process_time() - begun < 5
