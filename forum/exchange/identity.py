"""Whether a comment of a file is one that was imported before. See docs/decisions/0028-imports-lose-nothing.md."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forum.exchange.entry import Entry
from forum.exchange.known import Imported, by_origin
from forum.exchange.words import digest, origin_of
from forum.models import Comment

_COMPARED = 5_000  # letters of a text: where an importer cuts a long one may change
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """The comment an entry is, or None; the origin that is its own; and what whoever imports should know."""

    comment: Comment | None
    origin: str
    notice: str = ""


def find(theme_id: int, entry: Entry) -> Found:
    """Looks for what was imported of an entry: under its origin, those of earlier versions, or a fingerprint.

    What has the same origin and another author, date or text is another comment. Only where the origin holds the
    address of its source, one of the three may differ: it was changed there. A date that is not its own does not count.
    """
    second = origin_of(f"{entry.origin}#{_fingerprint(entry)}")
    here = by_origin(theme_id, [entry.origin, second, *entry.former])
    if second in here:
        return Found(here[second].comment, second)
    others: list[str] = []
    for name in (entry.origin, *entry.former):
        if name not in here:
            continue
        changed = _differences(here[name], entry)
        if not changed:
            return Found(here[name].comment, name)
        if len(changed) == 1 and entry.is_addressed and name == entry.origin:
            return Found(here[name].comment, name, f"{changed[0]} differs in this file; the existing one was kept")
        others = others or changed
    if not others:
        return Found(None, entry.origin)
    notice = f"another comment ({', '.join(others)}) already has this number here; imported as a separate comment"
    return Found(None, second if entry.origin in here else entry.origin, notice)


def _differences(here: Imported, entry: Entry) -> list[str]:
    author = here.comment.author
    is_same_person = (author.origin or "").startswith(f"import:{entry.author_key}:")
    same = {
        "its author": is_same_person or author.name == entry.author,
        "its date": not entry.is_dated or here.comment.created_at == entry.written_at,
        "its text": _letters(here.source) == _letters(entry.source),
    }
    return [what for what, is_same in same.items() if not is_same]


def _fingerprint(entry: Entry) -> str:
    date = entry.written_at.isoformat() if entry.is_dated else ""
    facts = (entry.author_key, date, _letters(entry.source))
    return digest(repr(facts).encode())[:16]


def _letters(source: str) -> str:
    """A text without what an importer may write in another way next time: signs, spaces, how an address begins."""
    letters = "".join(each for each in _SCHEME.sub("", source).casefold() if each.isalnum())
    return letters[:_COMPARED] or source.strip()
