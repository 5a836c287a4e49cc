"""A mailbox of any length: discussions as mailing lists keep them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

IN_A_THREAD, PEOPLE = 50, 40
BEGUN = datetime(2019, 3, 4, 9, 0, tzinfo=UTC)
SENTENCES = [
    "I do not think that this is what the draft says.",
    "We tried the same in our region, and it took two years.",
    "Who would pay for it, and who would look after it later?",
    "The numbers in section 4 look different from those of last month.",
    "Could somebody send the minutes to the list, please?",
    "That is a good point; let us write it down as a question.",
    "There is a report about it at <https://example.org/report>.",
    "I agree with the first part and not with the second.",
]


def write_mailbox(file: Path, emails: int) -> None:
    """Threads of fifty; each email but the first answers one of its thread and quotes it. The same every time."""
    chance = random.Random(29)
    with file.open("w", encoding="ascii") as out:
        for number in range(emails):
            place = number % IN_A_THREAD
            answered = number - place + chance.randrange(place) if place else None
            out.write(_email(number, answered, chance))


def _email(number: int, answered: int | None, chance: random.Random) -> str:
    at, person = BEGUN + timedelta(minutes=7 * number), chance.randrange(PEOPLE)
    thread = number // IN_A_THREAD
    lines = [
        f"From person{person}@example.org {at:%a %b %d %H:%M:%S %Y}",
        f"From: Person {person} <person{person}@example.org>",
        f"Date: {format_datetime(at)}",
        f"Subject: {'' if answered is None else 'Re: '}[dialogue] Question {thread} of the draft",
        f"Message-ID: <{number}@example.org>",
    ]
    if answered is not None:
        lines.append(f"In-Reply-To: <{answered}@example.org>")
    lines.append("")
    if answered is not None:
        lines += [f"Person wrote on {at:%d %B %Y}:", f"> {chance.choice(SENTENCES)}", ""]
    for _ in range(chance.randrange(1, 4)):
        lines += [" ".join(chance.choices(SENTENCES, k=3)), ""]
    return "\n".join([*lines, f"Email {number} ends here.", "", ""])
