"""Where one mail of an archive ends and the next begins."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

# "From sender date" as every mail program writes it: asctime, perhaps with a zone; the sender may hold
# spaces ("x at y", pipermail). A sentence that merely begins with "From" has no such date at its end.
_ENVELOPE = re.compile(
    rb"From +\S.{0,300}? *(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?"
    rb" +(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2})"
    rb" +(?:\d{4} +)?\d{1,2}:\d\d(?::\d\d)?(?: +[A-Z+-][A-Z0-9]{1,5})?(?: +\d{4})?(?: +[+-]\d{4})?"
    rb"(?: +remote from .*)?\s*$"
)
# Thunderbird writes nothing, or a dash, instead of sender and date.
_BARE_ENVELOPE = re.compile(rb"From(?: -)? *\r?\n")
_HEADER = re.compile(rb"(?:>From |[!-9;-~]+[ \t]*:)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def split(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The mails one by one, each as its envelope line and everything up to the next; escapes taken back.

    Text before the first envelope comes with an empty one; a stream without any envelope gives nothing.
    """
    envelope = b""
    body: list[bytes] = []
    for before, line, after in _with_neighbours(stream):
        if _begins_mail(before, line, after):
            if envelope or b"".join(body).strip():
                yield envelope, b"".join(body)
            envelope, body = line, []
        else:
            # ">From" hides a body line from readers of mbox; pipermail and Python write a single ">".
            body.append(line[1:] if line.startswith(b">From ") else line)
    if envelope:
        yield envelope, b"".join(body)


def _with_neighbours(stream: BinaryIO) -> Iterator[tuple[bytes, bytes, bytes]]:
    before, line = b"", b""
    lines = iter(stream)
    line = next(lines, b"").removeprefix(_BYTE_ORDER_MARK)
    for after in chain(lines, [b""]):
        yield before, line, after
        before, line = line, after


def _begins_mail(before: bytes, line: bytes, after: bytes) -> bool:
    if not line.startswith(b"From"):
        return False
    headed = _HEADER.match(after) is not None
    if _BARE_ENVELOPE.fullmatch(line):
        return headed and not before.strip()
    # Some archives forget the blank line before, some mails have no header at all; never both.
    return _ENVELOPE.match(line) is not None and (headed or not (before.strip() or after.strip()))
