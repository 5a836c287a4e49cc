"""The words of an email, out of whatever encodings and parts they travelled in."""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass
from email.message import Message
from functools import cached_property

from forum.markup.imported import markdown_from_html, markdown_from_plain

_NOT_FOR_READING = {"text/calendar", "text/vcard", "text/x-vcard", "text/rtf", "text/directory"}
_ESCAPE = re.compile(rb"=(?:[0-9A-F]{2}|$)", re.MULTILINE)
# A line broken by quoted-printable is nearly as long as one may be, and its "=" follows no space.
_SOFT_BREAK = re.compile(rb"^[^\n]{64,75}=$", re.MULTILINE)
_ACCENTED = re.compile(rb"(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F]){1,3})|[a-z]=[E-F][0-9A-F][a-z]")
_ENCODED = {"quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"}
_LATIN = {"iso-8859-1", "latin-1", "latin1"}


@dataclass(frozen=True)
class MailText:
    """One of the texts of an email, as it was written. `is_flowed`: its lines flow (RFC 3676)."""

    content: str
    is_html: bool
    is_flowed: bool = False
    deletes_spaces: bool = False

    @cached_property
    def markdown(self) -> str:
        return markdown_from_html(self.content) if self.is_html else markdown_from_plain(self.content)


def body_of(message: Message) -> str:
    """The email's own text as Markdown, without its attachments; "" if it has none."""
    return "\n\n".join(filter(None, (text.markdown for text in texts_of(message))))


def texts_of(message: Message) -> list[MailText]:
    """The email's own texts in turn, without its attachments; of alternatives one, plain text before HTML."""
    kind = message.get_content_type()
    if message.is_multipart():
        parts = [part for part in parts_of(message) if not is_attachment(part)]
        if kind == "multipart/alternative":
            return _best_of(parts)
        return [text for part in parts for text in texts_of(part)]
    if not kind.startswith("text/") or kind in _NOT_FOR_READING:
        return []
    is_flowed = str(message.get_param("format", "")).lower() == "flowed"
    deletes_spaces = str(message.get_param("delsp", "")).lower() == "yes"
    return [MailText(_text(message), kind == "text/html", is_flowed, deletes_spaces)]


def count_attachments(message: Message) -> int:
    """How many parts of an email are left out: files, pictures, other emails."""
    return sum(is_attachment(part) + count_attachments(part) for part in parts_of(message))


def decoded(data: bytes, charset: str | None) -> str:
    """The bytes as text: by the charset named if that works, else by UTF-8, else by Windows-1252."""
    # Who says Latin-1 means Windows-1252, as every browser reads it.
    named = "cp1252" if charset and charset.lower() in _LATIN else charset
    for attempt in (named or "utf-8", "utf-8"):
        try:
            return data.decode(attempt)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def parts_of(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def is_attachment(part: Message) -> bool:
    """Whether a part is a file, and not a text to be read."""
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    kind = part.get_content_type()
    return not kind.startswith(("text/", "multipart/")) or kind in _NOT_FOR_READING


def _best_of(parts: list[Message]) -> list[MailText]:
    """The first alternative with words in it, plain text before all others: they say the same."""
    plain_first = sorted(parts, key=lambda part: part.get_content_type() != "text/plain")
    made = map(texts_of, plain_first)
    return next((texts for texts in made if any(text.markdown for text in texts)), [])


def _text(message: Message) -> str:
    data = message.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding not in _ENCODED and _is_quoted_printable(data):
        data = quopri.decodestring(data)
    return decoded(data, message.get_content_charset())


def _is_quoted_printable(data: bytes) -> bool:
    """Whether the bytes are quoted-printable though nobody said so; "x=20" alone is no proof."""
    if b"=" not in data or not data.isascii():
        return False
    data = data.replace(b"\r\n", b"\n")
    if data.count(b"=") != len(_ESCAPE.findall(data)):
        return False
    return bool(_SOFT_BREAK.search(data) or _ACCENTED.search(data) or b"=3D" in data)
