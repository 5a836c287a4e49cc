"""The text of an email that comes in, as the source of a comment."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.message import Message

from django.conf import settings
from django.utils.translation import gettext as _

from forum.kernel.choices import SOURCE_LENGTH
from forum.mail.incoming.flowed import unflowed
from forum.mail.incoming.own_email import KEY_LINK, OwnEmail, letters
from forum.mail.incoming.quotes import QUOTED, split
from forum.markup.folds import QUOTED_FROM_EMAIL
from forum.markup.imported import markdown_from_plain
from forum.markup.mail_text import texts_of

MOST_LINES = 5_000  # what is longer is refused as too long anyway
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ANY_LINK = re.compile(r"<?https?://[^\s<>()]+>?")


@dataclass(frozen=True, slots=True)
class Body:
    """`reply` is what its author wrote, `rest` what their program quoted and added that is not ours; both Markdown.
    `said` is what they wrote without any quotation, as they wrote it: it may be sent back, whatever became of the
    comment."""

    reply: str
    rest: str = ""
    said: str = ""

    @property
    def source(self) -> str:
        """Both as one comment; as much of the rest as a comment can hold."""
        if not self.rest:
            return self.reply
        begins = f"{self.reply}\n\n{QUOTED_FROM_EMAIL}\n\n"
        whole = begins + _as_quotation(self.rest)
        if len(whole) <= SOURCE_LENGTH or len(self.reply) > SOURCE_LENGTH:
            return whole
        return f"{self.reply}\n\n{_('Quoted text from the email was too long and is not shown.')}"


def read_body(message: Message, own: OwnEmail, *, private: Collection[str] = ()) -> Body:
    """What an email says to the email of ours that it answers. `private` are addresses that no quotation shows.

    The reply is empty only if the email says nothing that is not ours.
    """
    texts = texts_of(message)
    if any(text.is_html for text in texts):
        lines = "\n\n".join(text.markdown for text in texts).split("\n")
        is_plain = False
    else:
        written = [
            unflowed(text.content, deletes_spaces=text.deletes_spaces) if text.is_flowed else text.content
            for text in texts
        ]
        lines = CONTROLS.sub("", "\n\n".join(written).replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        is_plain = True
    parts = split([line.rstrip() for line in lines[:MOST_LINES]], own)
    reply = _source(parts.reply + lines[MOST_LINES:] if parts.reply else [], is_plain=is_plain)
    rest = _without_private(_source(parts.rest, is_plain=is_plain), private)
    said = "\n".join(_without_keys(line) for line in parts.reply if not QUOTED.match(line)).strip()
    return Body(reply, rest if letters(rest) else "", said)


def _source(lines: Sequence[str], *, is_plain: bool) -> str:
    text = "\n".join(_without_keys(line) for line in lines)
    return (markdown_from_plain(text) if is_plain else text).strip()


def _without_keys(line: str) -> str:
    """A line without what opens somebody's settings or answers in their name."""
    if KEY_LINK.search(line):
        line = ANY_LINK.sub(lambda found: "" if KEY_LINK.search(found[0]) else found[0], line)
    name, _at, domain = settings.INCOMING_EMAIL.partition("@")
    if not name:
        return line
    return re.sub(rf"{re.escape(name)}\+[0-9a-z.]+@{re.escape(domain)}", settings.INCOMING_EMAIL, line, flags=re.I)


def _without_private(text: str, private: Collection[str]) -> str:
    for address in sorted(private, key=len, reverse=True):
        text = re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
    return text


def _as_quotation(source: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in source.split("\n"))
