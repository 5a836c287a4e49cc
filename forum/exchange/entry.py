"""What a reader of somebody else's discussion hands over, one piece at a time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment of somebody else's discussion, ready to be imported."""

    origin: str  # identity of this comment in its source, stable over re-reads, <= 200 characters
    thread: str  # origin of the opening of its thread (== origin for an opening)
    parent: str | None  # origin of what it answers; None only for an opening
    title: str  # the thread's title ("" for replies)
    author: str  # display name, never an email address, never empty
    author_key: str  # identity of the author within the source: short sha256 of the email, else of the name
    written_at: datetime  # aware, UTC
    source: str  # Markdown
    is_public: bool  # False: was not public in the source (unapproved, spam, private, behind a password)
    where: str  # its place in the file, for the report
    is_addressed: bool = False  # its origin holds an address of its source, so another text is a correction
    is_dated: bool = True  # False: its date is that of what stands near it, and may be another in the next file
    former: tuple[str, ...] = ()  # the origins that earlier versions of Parley gave it


@dataclass(frozen=True, slots=True)
class Broken:
    """A comment that could not be read and is missing from the entries."""

    where: str  # "mail 17", "comment 45 of item 12": enough to find it
    reason: str  # in the user's words


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an entry that had to be decided or left out; the entry itself is there."""

    where: str
    reason: str


class Unreadable(ValueError):
    """The whole file cannot be read; the message tells its owner why. Nothing of it should be kept."""
