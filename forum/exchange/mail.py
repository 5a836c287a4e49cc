"""One mail of an archive: its headers, whatever shape they are in."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from forum.exchange.words import digest, display_name, fitted, key_of, local_part, one_line, origin_of, read_date
from forum.markup.mail_text import body_of, count_attachments, decoded

_LONGEST_HEADER = 5_000
_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
_BARE_ID = re.compile(r"[^\s<>\"]+@[^\s<>\"]+|^\S+$")
_ENVELOPE_DATE = re.compile(r"[A-Z][a-z]{2},? +(?:[A-Z][a-z]{2} +\d|\d{1,2} +[A-Z][a-z]{2}).*$")
_IN_BRACKETS = re.compile(r"(?P<name>.*?)<(?P<address>[^<>]*)>")
_WITH_COMMENT = re.compile(r"(?P<address>\S+(?: at \S+|@\S+)) *\((?P<name>.*)\)$")
_AT_THE_END = re.compile(r"(?P<name>.*?) ?(?P<address>[^\s\"]+@[^\s\"]+)$")
_YAML_QUOTED = re.compile(r"'((?:[^']|'')+)'")
_ENCODED_WORD = r"=\?[^?\s]+\?[BbQq]\?[^?]*\?="
_ENCODED_WORDS = re.compile(rf"{_ENCODED_WORD}(?:\s*{_ENCODED_WORD})*")
_NOBODY = {"MAILER-DAEMON", "-"}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, read but not yet placed among the others."""

    number: int  # its place in the file, from 1
    origin: str  # "" if it names no Message-ID
    message_id: str
    answers: list[str]  # Message-IDs it may answer, the likeliest first
    root: str  # of References that are a chain the first: the opening of its thread; else ""
    subject: str
    author: str
    author_key: str
    written_at: datetime | None
    source: str
    notices: list[str]
    fingerprint: str
    is_dated: bool = True  # False once it has the date of another one
    former: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        return f"mail {self.number}"

    @property
    def rank(self) -> tuple[float, int]:
        return self.written_at.timestamp() if self.written_at else 0.0, self.number


def read_mail(number: int, envelope: bytes, raw: bytes) -> Mail:
    """Reads one mail. May raise whatever the email package raises on mails it was not made for."""
    message = message_from_bytes(raw)
    headers = _headers(message)
    message_id = next(iter(_ids(headers.get("message-id", ""))), "")
    sender = _sender(envelope)
    references = _ids(headers.get("references", ""))
    name, address = _person(headers.get("from", ""))
    source, notices = fitted(body_of(message))
    if left_out := count_attachments(message):
        notices.append(f"{left_out} attachment{'s' if left_out > 1 else ''} left out")
    return Mail(
        number=number,
        origin=origin_of(message_id),
        message_id=message_id,
        answers=[*_ids(headers.get("in-reply-to", "")), *reversed(references)],
        root=references[0] if len(references) > 1 else "",
        subject=_subject(headers.get("subject", "")),
        author=display_name(name, local_part(address), local_part(sender)),
        author_key=key_of(address, name, sender),
        written_at=read_date(headers.get("date", "")) or _envelope_date(envelope),
        source=source,
        notices=notices,
        fingerprint=digest(raw.strip()),
    )


def _headers(message: Message) -> dict[str, str]:
    """The headers by lower-case name, unfolded, as text; of several with one name the first counts."""
    headers: dict[str, str] = {}
    for name, value in message.raw_items():  # the only way to the value as it stands in the file
        text = decoded(str(value).encode("utf-8", "surrogateescape"), "utf-8")
        headers.setdefault(name.lower(), one_line(text[:_LONGEST_HEADER]))
    return headers


def _ids(header: str) -> list[str]:
    return _MESSAGE_ID.findall(header) or _BARE_ID.findall(header)


def _subject(header: str) -> str:
    # Some archivers wrote subjects as YAML: all in single quotes, those inside doubled.
    if quoted := _YAML_QUOTED.fullmatch(header):
        header = quoted[1].replace("''", "'")
    return one_line(_words(header))


def _person(header: str) -> tuple[str, str]:
    """Name and address of a sender in any of the notations archives use; either may be ""."""
    for notation in (_IN_BRACKETS, _WITH_COMMENT, _AT_THE_END):
        if found := notation.match(header):
            return _name(found["name"]), found["address"]
    return _name(header), ""


def _name(written: str) -> str:
    return _words(re.sub(r"\\(.)", r"\1", written).strip().strip('"'))


def _words(text: str) -> str:
    """Encoded words (RFC 2047) as the words they stand for; the rest of the text as it is."""
    return _ENCODED_WORDS.sub(lambda found: _decoded_words(found[0]), text)


def _decoded_words(encoded: str) -> str:
    try:
        pieces = decode_header(encoded)
    except (HeaderParseError, ValueError):
        return encoded
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces)


def _sender(envelope: bytes) -> str:
    """Who the envelope says sent it, or ""."""
    words = _ENVELOPE_DATE.sub("", decoded(envelope, "utf-8").strip()).removeprefix("From").strip()
    return "" if words in _NOBODY else words


def _envelope_date(envelope: bytes) -> datetime | None:
    found = _ENVELOPE_DATE.search(decoded(envelope, "utf-8").strip())
    return read_date(found.group()) if found else None
