"""Mails that share a subject: together only where the archive has them together, and never without a word."""

from __future__ import annotations

from tests.exchange.data import entries, notices
from tests.exchange.test_mbox import mail, read

JANUARY, FEBRUARY, MARCH = (f"Mon, 1 {month} 2010 10:00:00 +0000" for month in ("Jan", "Feb", "Mar"))


def parents(*mails: str) -> dict[str, str | None]:
    return {entry.origin: entry.parent for entry in entries(read(*mails))}


def test_two_threads_of_one_subject_stay_two() -> None:
    found = parents(
        mail(Message_ID="<a@x>", Subject="Minutes", Date=JANUARY),
        mail(Message_ID="<b@x>", Subject="Re: Minutes", References="<a@x>", Date=JANUARY),
        mail(Message_ID="<c@x>", Subject="Minutes", Date=MARCH),
        mail(Message_ID="<d@x>", Subject="Re: Minutes", References="<c@x>", Date=MARCH),
        mail(Message_ID="<e@x>", Subject="Re: Minutes", Date=MARCH),
    )
    assert found == {"a@x": None, "b@x": "a@x", "c@x": None, "d@x": "c@x", "e@x": "c@x"}


def test_references_that_begin_elsewhere_keep_a_reply_apart() -> None:
    found = parents(
        mail(Message_ID="<a@x>", Subject="Minutes", Date=JANUARY),
        mail(Message_ID="<b@x>", Subject="Re: Minutes", References="<gone@x> <lost@x>", Date=FEBRUARY),
        mail(Message_ID="<c@x>", Subject="Re: Minutes", References="<gone@x> <other@x>", Date=FEBRUARY),
    )
    assert found == {"a@x": None, "b@x": None, "c@x": "b@x"}


def test_replies_to_one_missing_mail_stay_together_whatever_their_subjects() -> None:
    found = parents(
        mail(Message_ID="<b@x>", Subject="Re: Minutes", In_Reply_To="<gone@x>", Date=JANUARY),
        mail(Message_ID="<c@x>", Subject="A new subject", In_Reply_To="<gone@x>", Date=FEBRUARY),
    )
    assert found == {"b@x": None, "c@x": "b@x"}


def test_every_mail_that_was_joined_is_reported_by_name() -> None:
    pieces = read(
        mail(Message_ID="<a@x>", Subject="Minutes", Date=JANUARY),
        mail(Message_ID="<b@x>", Subject="Minutes", Date=MARCH),
        mail(Message_ID="<c@x>", Subject="Re: Minutes", In_Reply_To="<gone@x>", Date=MARCH),
        mail(Message_ID="<d@x>", Subject="Re: Other", In_Reply_To="<gone@x>", Date=MARCH),
    )
    assert [entry.parent for entry in entries(pieces)] == [None, "a@x", "a@x", "a@x"]
    assert notices(pieces) == [
        "mail 2: its parent is not in this file; placed under mail 1, by its subject",
        "mail 3: its parent is not in this file; placed under mail 1, by its subject",
        "mail 4: its parent is not in this file; placed under mail 1, which answers the same missing email",
    ]


def test_a_copy_stays_in_the_thread_of_the_mail_it_copies() -> None:
    first = mail(Message_ID="<a@x>", Subject="Minutes", Date=JANUARY)
    read_back = entries(read(first, first))
    assert [entry.parent for entry in read_back] == [None, "a@x"]
