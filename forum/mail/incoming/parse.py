"""An email that comes in: who sent it, to which of our addresses, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256

from django.conf import settings

from forum.mail.addresses import SignedAddress, read_address
from forum.markup.mail_text import decoded

LARGEST = 30_000_000  # bytes: four files, and the third that their encoding adds
LONGEST_HEADER = 10_000  # characters
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
# Where mail servers write down for whom an email was, the most reliable first.
ADDRESSED = (
    "X-Gm-Original-To", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To", "Resent-Cc", "To", "Cc",
)  # fmt: skip
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """`senders` are the addresses in From: one, unless somebody plays tricks. `answers` are Message-IDs."""

    message: Message
    key: str
    message_id: str
    subject: str
    senders: tuple[str, ...]
    address: SignedAddress | None
    answers: tuple[str, ...]

    @property
    def sender(self) -> str:
        """The only one; "" if there are none or several."""
        return self.senders[0] if len(self.senders) == 1 else ""


def read_message(raw: bytes, *, now: datetime) -> IncomingMessage:
    """Reads an email. `key` is the same each time it comes for the same address of ours, and different for another."""
    message = message_from_bytes(raw)
    message_id = next(iter(_ids(message, "Message-ID")), "")
    senders = tuple(dict.fromkeys(_addresses(message, "From")))
    address = _our_address(message, now=now)
    told = [*senders, str(address and (address.purpose, address.target, address.person_id)), message_id]
    key = sha256("\0".join(told).encode() if message_id else raw).hexdigest()
    return IncomingMessage(
        message=message,
        key=key,
        message_id=message_id,
        subject=" ".join(header(message, "Subject").split()),
        senders=senders,
        address=address,
        answers=tuple(dict.fromkeys([*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))])),
    )


def header(message: Message, name: str) -> str:
    """The first header of this name, as text; "" if there is none."""
    return next(_headers(message, name), "")


def blackened(text: str) -> str:
    """A text for the log: our signed addresses are keys, and stay out of it."""
    name, _, domain = settings.INCOMING_EMAIL.partition("@")
    signed = re.compile(rf"{re.escape(name)}\+[0-9a-z.]+@{re.escape(domain)}", re.IGNORECASE)
    return signed.sub(f"{name}+{HIDDEN}@{domain}", text) if name else text


def _our_address(message: Message, *, now: datetime) -> SignedAddress | None:
    """The first of our signed addresses that the email was sent to."""
    for name in ADDRESSED:
        for address in _addresses(message, name):
            if (read := read_address(address, now=now)) is not None:
                return read
    return None


def _addresses(message: Message, name: str) -> list[str]:
    pairs = getaddresses(list(_headers(message, name)))
    return [address.strip().lower() for _, address in pairs if "@" in address]


def _ids(message: Message, name: str) -> list[str]:
    return MESSAGE_ID.findall(" ".join(_headers(message, name)))


def _headers(message: Message, name: str) -> Iterator[str]:
    """All headers of a name as text, whatever they are encoded in; never fails."""
    for found, value in message.raw_items():
        if found.lower() == name.lower():
            text = decoded(str(value).encode("utf-8", "surrogateescape"), "utf-8")[:LONGEST_HEADER]
            yield words(re.sub(r"\s*[\r\n]+\s*", " ", text))


def words(text: str) -> str:
    """Encoded words (RFC 2047) as what they stand for."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces)
