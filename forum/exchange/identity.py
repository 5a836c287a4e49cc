"""Whether a comment of a file is one that was imported before. See docs/decisions/0028-imports-lose-nothing.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from forum.exchange.entry import Entry
from forum.exchange.known import Imported, Place
from forum.exchange.words import digest, origin_of

_COMPARED = 5_000  # letters of a text: where an importer cuts a long one may change
_NO_LETTERS = re.compile(r"[\W_]+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """An entry, and the origin that it gets if its own is that of another comment."""

    entry: Entry
    second: str

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin under which it may be here."""
        return (self.second, self.entry.origin, *self.entry.former)


@dataclass(frozen=True, slots=True)
class Found:
    """The comment an entry is, or None; the origin that is its own; and what whoever imports should know."""

    place: Place | None
    origin: str
    notice: str = ""


def sought(entry: Entry) -> Sought:
    return Sought(entry, origin_of(f"{entry.origin}#{_fingerprint(entry)}"))


def find(asked: Sought, here: Mapping[str, Imported]) -> Found:
    """Looks for what was imported of an entry: under its origin, those of earlier versions, or a fingerprint.

    `here` holds by origin what is in the theme. What has the same origin and another author, date or text is another
    comment. Only where the origin holds the address of its source, one of the three may differ: it was changed there.
    A date that is not its own does not count.
    """
    entry, second = asked.entry, asked.second
    if second in here:
        return Found(here[second].place, second)
    others: list[str] = []
    for name in (entry.origin, *entry.former):
        if name not in here:
            continue
        changed = _differences(here[name], entry)
        if not changed:
            return Found(here[name].place, name)
        if len(changed) == 1 and entry.is_addressed and name == entry.origin:
            return Found(here[name].place, name, f"{changed[0]} differs in this file; the existing one was kept")
        others = others or changed
    if not others:
        return Found(None, entry.origin)
    notice = f"another comment ({', '.join(others)}) already has this number here; imported as a separate comment"
    return Found(None, second if entry.origin in here else entry.origin, notice)


def _differences(here: Imported, entry: Entry) -> list[str]:
    is_same_person = here.author_origin.startswith(f"import:{entry.author_key}:")
    same = {
        "its author": is_same_person or here.author_name == entry.author,
        "its date": not entry.is_dated or here.written_at == entry.written_at,
        "its text": _letters(here.source) == _letters(entry.source),
    }
    return [what for what, is_same in same.items() if not is_same]


def _fingerprint(entry: Entry) -> str:
    date = entry.written_at.isoformat() if entry.is_dated else ""
    facts = (entry.author_key, date, _letters(entry.source))
    return digest(repr(facts).encode())[:16]


def _letters(source: str) -> str:
    """A text without what an importer may write in another way next time: signs, spaces, how an address begins."""
    letters = _NO_LETTERS.sub("", _SCHEME.sub("", source).casefold())
    return letters[:_COMPARED] or source.strip()
