"""The addresses of ours that carry a meaning: whom a mail server's report is about, and what an answer answers.

All of them are INCOMING_EMAIL with something behind a plus sign. Mail servers may change capitals on the way, so
everything is in lower case and in digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Viewer
from forum.models import Theme

Purpose = Literal["reply", "theme", "bounce"]
MARKS: dict[str, Purpose] = {"r": "reply", "t": "theme", "b": "bounce"}
LETTERS = {purpose: letter for letter, purpose in MARKS.items()}
SIGNATURE = 20  # hexadecimal digits: 80 bits, for which nobody can try enough addresses by email
DAY = timedelta(days=1)
VALID = timedelta(days=30)  # for an answer; after that the way back is the page
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """What an address of ours says. `target` is the comment or theme that it answers; 0 where bounces go."""

    purpose: Purpose
    person_id: int
    target: int
    is_expired: bool


def signed_address(purpose: Purpose, *, person_id: int, target: int = 0, now: datetime) -> str:
    """The address for one person and one comment or theme; "" where no email comes in."""
    if not settings.INCOMING_EMAIL:
        return ""
    name, _, domain = settings.INCOMING_EMAIL.rpartition("@")
    said = [LETTERS[purpose], *map(_base36, (target, person_id, _days(now)))]
    return f"{name}+{'.'.join([*said, _signature(said)])}@{domain}"


def address_for_threads(person: Viewer, theme: Theme, *, now: datetime) -> str:
    """The address by which this person starts threads in a theme; "" where that is not possible. No query."""
    if not theme.takes_email or not person.is_authenticated:
        return ""
    return signed_address("theme", person_id=person.pk, target=theme.pk, now=now)


def read_address(address: str, *, now: datetime) -> SignedAddress | None:
    """What an address of ours says; None for any other, and for one that we did not sign."""
    if not settings.INCOMING_EMAIL:
        return None
    name, _, domain = settings.INCOMING_EMAIL.lower().rpartition("@")
    local, _, host = address.strip().lower().rpartition("@")
    begins, plus, rest = local.partition("+")
    parts = rest.split(".")
    if (begins, host) != (name, domain) or not plus or len(parts) != 5 or parts[0] not in MARKS:
        return None
    if not constant_time_compare(parts[-1], _signature(parts[:-1])):
        return None
    target, person_id, day = (int(part, 36) for part in parts[1:4])
    purpose = MARKS[parts[0]]
    # A report of a mail server may come late; nothing is written for it.
    is_expired = purpose != "bounce" and (_days(now) - day) * DAY > VALID
    return SignedAddress(purpose, person_id, target, is_expired)


def _signature(said: list[str]) -> str:
    return salted_hmac("forum.mail.addresses", ".".join(said), algorithm="sha256").hexdigest()[:SIGNATURE]


def _days(now: datetime) -> int:
    return int(now.timestamp()) // int(DAY.total_seconds())


def _base36(number: int) -> str:
    made = ""
    while number:
        number, digit = divmod(number, 36)
        made = DIGITS[digit] + made
    return made or "0"
