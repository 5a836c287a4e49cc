"""Mail archives, real ones and made to break the reader."""

from datetime import UTC, datetime
from io import BytesIO

import pytest

from forum.exchange import mbox
from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.exchange.mail_subjects import common_tag, same_subject, title_of
from forum.exchange.words import EMPTY
from tests.exchange.data import assert_sound, entries, needs_data, notices, stream, threads

ENVELOPE = "From ada at example.org  Thu Nov  1 11:19:12 2001\n"


def mail(text: str = "words", envelope: str = ENVELOPE, **headers: str) -> str:
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return f"{envelope}{lines}\n{text}\n\n"


def at(hour: int) -> str:
    return f"Thu, 1 Nov 2001 {hour:02}:00:00 +0100"


def read(*mails: str | bytes) -> list[Entry | Broken | Notice]:
    raw = b"".join(each if isinstance(each, bytes) else each.encode() for each in mails)
    pieces = list(mbox.read(BytesIO(raw)))
    assert_sound(pieces)
    return pieces


def one(*mails: str | bytes) -> Entry:
    (entry,) = entries(read(*mails))
    return entry


@needs_data
@pytest.mark.parametrize(
    ("name", "mails", "openings", "copies"),
    [
        ("mbox-numpy-2001-11.mbox", 164, 22, 82),
        ("mbox-3gpp-sa4-evs.mbox", 50, 30, 1),
        ("mbox-3gpp-ran4-mimo.mbox", 59, 24, 3),
        ("talk-fr-made.mbox", 85, 26, 0),
    ],
)
def test_every_mail_of_a_real_archive_becomes_an_entry(name: str, mails: int, openings: int, copies: int) -> None:
    pieces = list(mbox.read(stream(name)))
    assert_sound(pieces)
    assert len(entries(pieces)) == mails
    assert sum(entry.parent is None for entry in entries(pieces)) == openings
    assert sum("same Message-ID" in notice for notice in notices(pieces)) == copies
    assert pieces == list(mbox.read(stream(name)))


@needs_data
def test_the_french_talk_keeps_its_threads_parents_authors_and_dates() -> None:
    read_back = {(entry.author, entry.written_at): [] for entry in french()}
    for entry in french():
        read_back[entry.author, entry.written_at].append(entry)
    parents = {entry.origin: entry for entry in french()}
    count = 0
    for thread in threads("talk-fr-threads.json"):
        comments = {each["id"]: each for each in thread["comments"]}
        opening = thread["comments"][0]
        for each in thread["comments"]:
            count += 1
            expected = comments[each["parent"]] if each["parent"] else opening
            candidates = read_back[identity(each)]
            answered = [parents[entry.parent or entry.origin] for entry in candidates]
            assert identity(expected) in {(entry.author, entry.written_at) for entry in answered}
    assert count == len(parents)


def french() -> list[Entry]:
    return entries(list(mbox.read(stream("talk-fr-made.mbox"))))


def identity(comment: dict[str, str]) -> tuple[str, datetime]:
    return " ".join(comment["author"].split()), datetime.fromisoformat(comment["date"])


def test_replies_are_found_by_header_then_by_subject() -> None:
    pieces = read(
        mail(Message_ID="<a@x>", Subject="[list] Bridges", Date=at(10)),
        mail(Message_ID="<b@x>", Subject="[list] Re: Bridges", In_Reply_To="<a@x>", Date=at(11)),
        mail(Message_ID="<c@x>", Subject="other", References="<a@x> <b@x> <gone@x>", Date=at(12)),
        mail(Message_ID="<d@x>", Subject="AW: [list] bridges", Date=at(13)),
        mail(Message_ID="<e@x>", Subject="[list] Roads", In_Reply_To="<gone@x>", Date=at(14)),
    )
    parents = {entry.origin: entry.parent for entry in entries(pieces)}
    assert parents == {"a@x": None, "b@x": "a@x", "c@x": "b@x", "d@x": "a@x", "e@x": None}
    assert [entry.title for entry in entries(pieces) if entry.title] == ["Bridges", "Roads"]
    assert entries(pieces)[0].written_at == datetime(2001, 11, 1, 9, tzinfo=UTC)


def test_a_reply_may_stand_before_its_parent_and_be_dated_before_it() -> None:
    reply = mail(Message_ID="<b@x>", Subject="Re: S", In_Reply_To="<a@x>", Date="Thu, 1 Nov 2001 09:00:00 +0000")
    first, second = entries(read(reply, mail(Message_ID="<a@x>", Subject="S", Date="Thu, 1 Nov 2001 10:00:00 +0000")))
    assert [first.origin, second.origin] == ["a@x", "b@x"]


def test_circles_are_broken() -> None:
    pieces = read(
        mail(Message_ID="<a@x>", In_Reply_To="<b@x>"),
        mail(Message_ID="<b@x>", In_Reply_To="<a@x>"),
        mail(Message_ID="<c@x>", In_Reply_To="<c@x>"),
    )
    assert len(entries(pieces)) == 3


def test_copies_are_kept_apart() -> None:
    copy = mail(Message_ID="<a@x>", Subject="S")
    pieces = read(copy, copy, copy, mail("no id"), mail("no id"))
    assert len({entry.origin for entry in entries(pieces)}) == 5
    assert sum("same Message-ID as mail 1" in notice for notice in notices(pieces)) == 2


def test_lines_that_merely_begin_with_from_stay_in_the_body() -> None:
    text = "Hi,\n\nFrom Monday on we meet.\n\nFrom ada Thu\n\n>From here it was escaped.\n\n"
    text += "From x Thu Nov  1 11:19:12 2001\nsaid so"
    assert one(mail(text, Subject="S")).source.count("From") == 4


def test_envelopes_of_other_programs_are_known() -> None:
    thunderbird = mail(envelope="From - Tue Apr 09 10:11:12 2013\n", Subject="a")
    bare = mail(envelope="From \n", Subject="b")
    google = mail(envelope="From 1600@xxx Tue Mar 01 10:00:00 +0000 2016\n", Subject="c")
    assert len(entries(read(b"\xef\xbb\xbf", thunderbird, bare, google.replace("\n", "\r\n")))) == 3


def test_a_mail_without_any_header_is_read() -> None:
    entry = one(mail("only words"))
    assert (entry.author, entry.source, entry.title) == ("ada", "only words", "(no title)")
    assert entry.written_at == datetime(2001, 11, 1, 11, 19, 12, tzinfo=UTC)


def test_a_mail_without_any_date_takes_that_of_the_one_before() -> None:
    first, second = entries(read(mail(Subject="a"), mail(envelope="From \n", Subject="b", Date="soon")))
    assert first.written_at == second.written_at


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("ada at example.org (Ada L.)", "Ada L."),
        ("Ada L. <ada@example.org>", "Ada L."),
        ('"L., Ada"            ada@example.org', "L., Ada"),
        ("=?utf-8?q?Ad=C3=A1?= =?utf-8?q?_L=2E?= <ada@example.org>", "Adá L."),
        ("Łódź =?martian?q?Ad=E1?= <ada@example.org>", "Łódź Adá"),
        ("=?utf-8?b?broken base?= <ada@example.org>", "=?utf-8?b?broken base?="),
        ("ada@example.org", "ada"),
        ('"ada@example.org" <ada@example.org>', "ada"),
        ("<ada@example.org>", "ada"),
        ("", "ada"),
    ],
)
def test_authors_have_names_and_never_addresses(header: str, name: str) -> None:
    assert one(mail(From=header, Subject="S")).author == name


def test_an_author_is_the_same_in_every_notation() -> None:
    first, second = entries(read(mail(From="Ada <ADA@example.org>"), mail(From="ada at example.org (A. L.)")))
    assert first.author_key == second.author_key


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("caf=C3=A9 a=3Db", "café a=b"),
        ("only =20 cm and x=40", "only =20 cm and x=40"),
        ("x=C3=A9 and y = 3", "x=C3=A9 and y = 3"),
        ("w" * 70 + "=\nx", "w" * 70 + "x"),
    ],
)
def test_undeclared_quoted_printable_is_taken_for_it_only_on_proof(text: str, shown: str) -> None:
    assert one(mail(text, Subject="S")).source == shown


@pytest.mark.parametrize("charset", ["martian", "us-ascii", "hex", "iso-8859-1", '"utf-8; MIME-Version=1.0'])
def test_unknown_and_wrong_charsets_are_survived(charset: str) -> None:
    head = f"{ENVELOPE}Subject: S\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert one(head, "“na\xefve”".encode("cp1252"), b"\n").source == "“naïve”"


def test_plain_text_wins_and_attachments_are_counted() -> None:
    text = (
        "--o\nContent-Type: multipart/alternative; boundary=i\n\n"
        "--i\nContent-Type: text/html\n\n<b>rich</b>\n--i\nContent-Type: text/plain\n\nplain\n--i--\n"
        "--o\nContent-Type: application/pdf\n\nxx\n--o\nContent-Type: text/plain; name=a.txt\n\nfile\n--o--"
    )
    pieces = read(mail(text, Subject="S", Content_Type="multipart/mixed; boundary=o"))
    assert entries(pieces)[0].source == "plain"
    assert notices(pieces) == ["mail 1: 2 attachments left out"]


def test_html_is_read_where_plain_text_is_empty() -> None:
    text = "--i\nContent-Type: text/plain\n\n \n--i\nContent-Type: text/html\n\n<p>a <b>b</b></p>\n--i--"
    assert one(mail(text, Content_Type="multipart/alternative; boundary=i")).source == "a **b**"


def test_an_empty_mail_says_so() -> None:
    assert one(mail("", Subject="S")).source == EMPTY


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"Dear all,\nFrom here on no archive.\n"])
def test_what_is_no_archive_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="not a mailbox"):
        list(mbox.read(BytesIO(raw)))


def test_text_before_the_first_mail_is_reported() -> None:
    pieces = read(b"stray words\n\n", mail(Subject="S"))
    assert [piece.where for piece in pieces if isinstance(piece, Broken)] == ["before mail 1"]


@pytest.mark.parametrize(
    "subject",
    [
        "Bridges",
        "Re: Bridges",
        "AW: WG: bridges",
        "[list] RE[2]: [x] Bridges",
        "Odp:  Bridges",
        "回复\uff1aBridges",
    ],
)
def test_subjects_are_the_same_without_their_marks(subject: str) -> None:
    assert same_subject(subject) == "bridges"


def test_titles_lose_the_tag_of_the_list_but_not_that_of_the_author() -> None:
    tag = common_tag(["[l] a", "Re: [l] b", "[bug] c"])
    assert [title_of(each, tag) for each in ("Re: [l] a", "[bug] c", "[l]")] == ["a", "[bug] c", "[l]"]


def test_a_long_chain_is_no_problem() -> None:
    mails = [mail(Message_ID=f"<{n}@x>", In_Reply_To=f"<{n - 1}@x>") for n in range(1, 1_500)]
    assert len(entries(read(*mails))) == 1_499
