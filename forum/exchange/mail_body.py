"""The words of a mail, out of whatever encodings and parts they travelled in."""

import quopri
import re
from email.message import Message

from forum.markup.imported import markdown_from_html, markdown_from_plain

_NOT_FOR_READING = {"text/calendar", "text/vcard", "text/x-vcard", "text/rtf", "text/directory"}
_ESCAPE = re.compile(rb"=(?:[0-9A-F]{2}|$)", re.MULTILINE)
# A line broken by quoted-printable is nearly as long as one may be, and its "=" follows no space.
_SOFT_BREAK = re.compile(rb"^[^\n]{64,75}=$", re.MULTILINE)
_ACCENTED = re.compile(rb"(?:=[C-F][0-9A-F](?:=[89AB][0-9A-F]){1,3})|[a-z]=[E-F][0-9A-F][a-z]")
_ENCODED = {"quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"}
_LATIN = {"iso-8859-1", "latin-1", "latin1"}


def body_of(message: Message) -> str:
    """The mail's own text as Markdown, without its attachments; "" if it has none."""
    kind = message.get_content_type()
    if message.is_multipart():
        parts = [part for part in _parts(message) if not _is_attachment(part)]
        return _best_of(parts) if kind == "multipart/alternative" else _all_of(parts)
    if not kind.startswith("text/") or kind in _NOT_FOR_READING:
        return ""
    return markdown_from_html(_text(message)) if kind == "text/html" else markdown_from_plain(_text(message))


def count_attachments(message: Message) -> int:
    """How many parts of a mail are left out: files, pictures, other mails."""
    return sum(_is_attachment(part) + count_attachments(part) for part in _parts(message))


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


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _all_of(parts: list[Message]) -> str:
    return "\n\n".join(text for text in map(body_of, parts) if text)


def _best_of(parts: list[Message]) -> str:
    """The first alternative with words in it, plain text before all others: they say the same."""
    plain_first = sorted(parts, key=lambda part: part.get_content_type() != "text/plain")
    return next((text for text in map(body_of, plain_first) if text), "")


def _is_attachment(part: Message) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    kind = part.get_content_type()
    return not kind.startswith(("text/", "multipart/")) or kind in _NOT_FOR_READING


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
