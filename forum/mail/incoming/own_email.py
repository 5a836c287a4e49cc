"""What is known of the email that somebody answers: by this its quotation is found, in every language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from forum.kernel.choices import NotificationKind
from forum.mail import lists
from forum.mail.comment_mail import comment_email, words_of
from forum.mail.links import Stop
from forum.mail.message import own_address, sender_named
from forum.mail.queries import comments
from forum.markup.clean import plain_text

TOLD = (NotificationKind.REPLY, NotificationKind.MENTION, NotificationKind.FOLLOWED)
URL = re.compile(r"[(<\[]{0,2}https?://\S+", re.IGNORECASE)
NO_LETTERS = re.compile(r"[\W_]+")
# Links that are keys, whole or as a filter of a mail provider rewrote them.
KEY_LINK = re.compile(r"email(?:/|%2f)(?:stop|settings)(?:/|%2f)", re.IGNORECASE)


def letters(text: str) -> str:
    """Letters and digits alone: what stays of a text however it was wrapped, quoted and marked."""
    return NO_LETTERS.sub("", unicodedata.normalize("NFKC", URL.sub(" ", text)).casefold())


@dataclass(frozen=True, slots=True)
class OwnEmail:
    """An email of ours, as letters. `marks` are its sender's name and our addresses, `body` what the comment ever said,
    `public` what of this everybody can read, and `around` all words of the email."""

    marks: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    around: str = ""

    def names_us(self, text: str) -> bool:
        """Whether a line above a quotation says that it is from us."""
        lowered = letters(text)
        return any(mark in lowered for mark in self.marks if mark)

    def has(self, line: str) -> bool:
        """Whether a line is from this email."""
        return self.has_in_body(line) or self.has_around(line)

    def has_in_body(self, line: str) -> bool:
        said = letters(line)
        return bool(said) and any(said in body for body in self.body)

    def may_be_quoted(self, line: str) -> bool:
        """Whether a line may stand in a quotation that is shown: the comment's public words, or somebody else's."""
        said = letters(line)
        return any(said in text for text in self.public) or not self.has(line)

    def has_around(self, line: str) -> bool:
        """Whether a line is from what stands around the comment; so is one with a link that is a key."""
        said = letters(line)
        return KEY_LINK.search(line) is not None or (bool(said) and said in self.around)

    def is_covered_by(self, lines: list[str]) -> bool:
        """Whether these lines quote all of the comment, or nearly so."""
        quoted = sum(len(letters(line)) for line in lines if self.has_in_body(line))
        return any(body and quoted >= 0.8 * len(body) for body in self.body)


def bare_email() -> OwnEmail:
    """What is known of any email of ours: our addresses."""
    return OwnEmail(marks=tuple(map(letters, (own_address(), settings.INCOMING_EMAIL))))


def own_email_about(comment_id: int, person_id: int, *, now: datetime) -> OwnEmail:
    """The email about a comment that somebody got, as far as it can be made again. Some six queries.

    Of a comment that is not public any more only its texts are known: enough to leave them out of a quotation.
    """
    name, texts = comments.name_and_texts(comment_id)
    facts = comments.public_comment(comment_id)
    around: list[str] = []
    if facts is not None:
        words = [*(words_of(why, facts) for why in TOLD), lists.words_of(facts, is_reply=False)]
        email = comment_email(facts, person_id, "", Stop(person_id, TOLD[0]), words[0], list_name="", now=now)
        around = [
            email.subject,
            email.text,
            plain_text(email.html),
            *(text for each in words for text in each.values()),
        ]
    names = [sender_named(name)] if name else []
    return OwnEmail(
        marks=tuple(map(letters, (*names, own_address(), settings.INCOMING_EMAIL))),
        body=tuple(filter(None, (letters(text) for text, _ in texts))),
        public=tuple(filter(None, (letters(text) for text, is_public in texts if is_public))),
        around=letters("\n".join(around)),
    )
