"""Brings a discussion held elsewhere into a theme."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bs4 import UnusualUsageWarning

from forum.dialogue.actions.people import placeholder
from forum.exchange import identity, mbox, wxr
from forum.exchange.bring_in import import_opening, import_reply, imported_comment
from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.exchange.words import digest
from forum.kernel import work
from forum.kernel.choices import TITLE_LENGTH
from forum.kernel.errors import TextRefused
from forum.models import Comment, Theme

Reader = Callable[[BinaryIO], Iterator[Entry | Broken | Notice]]
Progress = Callable[[list[Entry]], Iterator[Entry]]


@dataclass(slots=True)
class Report:
    """What became of a file."""

    new: int = 0
    known: int = 0
    broken: list[Broken] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def reader_of(path: Path) -> Reader:
    """The reader for a file, by what stands in it. Raises Unreadable if it is neither."""
    with path.open("rb") as stream:
        start = stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return wxr.read
    if start.startswith(b"From "):
        return mbox.read
    raise Unreadable("This is neither a WordPress export (WXR) nor a mailbox (mbox).")


def import_discussion(theme: Theme, path: Path, *, progress: Progress = iter) -> Report:
    """Imports every comment of a file that is not there yet. Raises Unreadable before anything is written,
    and Refused (BUSY) while this process imports another one.

    `progress` is handed the entries and yields them one by one, for whoever wants to show how far it is.
    """
    report = Report()
    with work.IMPORTS.turn():
        entries = _read(path, report)
        known: dict[str, Comment] = {}
        for entry in progress(entries):
            _bring_in(theme, entry, known, report)
    return report


def _read(path: Path, report: Report) -> list[Entry]:
    """The entries of a file; what else it holds goes into the report. Raises Unreadable."""
    entries: list[Entry] = []
    with path.open("rb") as stream, warnings.catch_warnings():
        # What the HTML parser thinks of other people's texts is nothing that whoever imports could change.
        warnings.simplefilter("ignore", UnusualUsageWarning)
        for piece in reader_of(path)(stream):
            match piece:
                case Entry():
                    entries.append(piece)
                case Broken():
                    report.broken.append(piece)
                case Notice():
                    report.notices.append(piece)
    return entries


def _bring_in(theme: Theme, entry: Entry, known: dict[str, Comment], report: Report) -> None:
    """Imports an entry that is not there yet; `known` says which comment each origin of the file has become."""
    found = identity.find(theme.pk, entry)
    notices = [found.notice] if found.notice else []
    if found.comment is not None:
        known[entry.origin] = found.comment
        report.known += 1
    elif entry.parent is not None and entry.parent not in known:
        report.broken.append(Broken(entry.where, "its parent comment could not be imported"))
    else:
        notices += _write(theme, entry, found.origin, known, report)
    report.notices += (Notice(entry.where, notice) for notice in notices)


def _write(theme: Theme, entry: Entry, origin: str, known: dict[str, Comment], report: Report) -> list[str]:
    """Writes an entry that is new; says what had to be done for it."""
    # A name belongs to what was said under it: somebody who changed theirs is shown as each comment was signed.
    author = placeholder(f"import:{entry.author_key}:{digest(entry.author.encode())[:10]}", name=entry.author)
    try:
        new = imported_comment(
            theme,
            origin,
            author=author,
            source=entry.source,
            written_at=entry.written_at,
            is_public=entry.is_public,
        )
    except TextRefused as refusal:
        report.broken.append(Broken(entry.where, refusal.sentence))
        return []
    if entry.parent is None:
        known[entry.origin] = import_opening(theme, entry.title, new)
    else:
        known[entry.origin] = import_reply(known[entry.parent], new)
    report.new += 1
    done = {
        "some of its formatting is not supported; imported as plain text": new.source != entry.source,
        f"its author's name was shortened: {entry.author}": len(entry.author) > len(author.name),
        f"its title was shortened: {entry.title}": len(entry.title) > TITLE_LENGTH,
    }
    return [notice for notice, is_so in done.items() if is_so]
