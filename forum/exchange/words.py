"""Names, identities and bodies, made fit for an entry whatever the source wrote."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from accounts.visible import few_marks, shows_nothing, without_hidden
from forum.kernel.choices import SOURCE_LENGTH
from forum.markup.imported_escape import printable

ANONYMOUS = "Anonymous"
UNTITLED = "(no title)"
EMPTY = "*(empty in the original)*"
CUT = "\n\n*(shortened: the original is longer than the forum allows)*"
LONGEST_ORIGIN = 200

# These render to no text, if there is nothing else: empty quotations, rules, list signs.
_NOTHING_VISIBLE = re.compile(r"[\s>*_#`|~-]+")
# An email address ends in a name with a dot and has no @ before it: "Ann@Home" and "@ada@social.example" are names.
_ADDRESS = re.compile(r"(?<![\w@])<?([\w.+-]+)(?:@| at )(?:[\w-]+\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)(?!\w)>?")
# Nor is a name that is nothing but an address without one. A single word after the @ may be a machine or a part of the
# name, as in "Ann@Home" and "C@t": only in lower case, and not too short, is it taken for a machine.
_MACHINE = re.compile(
    r"([\w.+-]+)(?:@| at )(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])|([\w.+-]{2,})@[\w-]{3,}", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?:@| at ).*")
_FENCE = re.compile(r"([ >]*)(?:[-+*] +|\d+[.)] +)*(`{3,}|~{3,})")


def one_line(text: str) -> str:
    """The text on one line, single spaces, nothing unprintable."""
    return " ".join(printable(text).split())


def shown_line(text: str) -> str:
    """A name or a title on one line, as a form would take it; "" if a reader would see nothing of it."""
    line = few_marks(" ".join(without_hidden(one_line(text)).split()))
    return "" if shows_nothing(line) else line


def display_name(*candidates: str) -> str:
    """The first candidate that names somebody; an email address in it, or a machine's, ends before its @."""
    for candidate in candidates:
        name = _ADDRESS.sub(r"\1", shown_line(candidate)).strip(" \"'<>,")
        if (found := _MACHINE.fullmatch(name)) and (found[1] or name.islower()):
            return found[1] or found[2]
        if name:
            return name
    return ANONYMOUS


def local_part(address: str) -> str:
    """Of an email address only what stands before the @; somebody without a name is shown by it."""
    return _DOMAIN.sub("", one_line(address).strip("<>"))


def key_of(*candidates: str) -> str:
    """A short key for the first identity given (an address, else a name), the same in every reading."""
    identity = next((one_line(each).casefold() for each in candidates if each.strip()), "")
    return digest(identity.replace(" at ", "@").encode())[:16]


def digest(data: bytes) -> str:
    """A fingerprint of forty characters."""
    return sha256(data).hexdigest()[:40]


def origin_of(identity: str) -> str:
    """The identity if it is short enough to keep, else its fingerprint."""
    return identity if len(identity) <= LONGEST_ORIGIN else f"sha256:{digest(identity.encode())}"


def read_date(text: str) -> datetime | None:
    """Parses an RFC 5322 date (emails, RSS) to UTC, which is assumed if no time zone is given; None if invalid."""
    try:
        return in_utc(parsedate_to_datetime(text.strip()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is taken for UTC. May raise OverflowError."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def fitted(source: str) -> tuple[str, list[str]]:
    """A body the forum accepts, never empty and never too long, and what had to be done for it."""
    source = source.strip("\n").rstrip()
    if shows_nothing(_NOTHING_VISIBLE.sub("", source)):
        return EMPTY, []
    if len(source) <= SOURCE_LENGTH:
        return source, []
    return _cut(source), [f"cut: {len(source):,} characters, {SOURCE_LENGTH:,} are allowed"]


def _cut(source: str) -> str:
    room = SOURCE_LENGTH - len(CUT) - 100  # what closes an open code block needs a little more
    end = max(source.rfind("\n\n", room // 2, room), 0) or max(source.rfind(" ", room // 2, room), 0) or room
    kept = source[:end].rstrip(" \n\\")
    return kept + _closing_fence(kept)[:90] + CUT


def _closing_fence(source: str) -> str:
    """The line that ends a code block left open, or nothing: the note must not become code."""
    indent, fence = "", ""
    for line in source.split("\n"):
        found = _FENCE.match(line)
        if found and not fence:
            indent, fence = " " * (found.start(2) - len(found[1])), found[2]
            indent = found[1] + indent
        elif found and found[2].startswith(fence) and not line[found.end() :].strip():
            fence = ""
    return f"\n{indent}{fence}" if fence else ""
