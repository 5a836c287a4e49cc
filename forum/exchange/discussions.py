"""Brings a discussion held elsewhere into a theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from forum.actions.imports import import_opening, import_reply, imported, seed_of
from forum.actions.people import placeholder
from forum.errors import TextRefused
from forum.exchange import mbox, wxr
from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.exchange.words import digest
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
    """Imports every comment of a file that is not there yet. Raises Unreadable before anything is written.

    `progress` is handed the entries and yields them one by one, for whoever wants to show how far it is.
    """
    report = Report()
    entries: list[Entry] = []
    with path.open("rb") as stream:
        for piece in reader_of(path)(stream):
            match piece:
                case Entry():
                    entries.append(piece)
                case Broken():
                    report.broken.append(piece)
                case Notice():
                    report.notices.append(piece)
    known: dict[str, Comment] = {}
    for entry in progress(entries):
        _bring_in(theme, entry, known, report)
    return report


def _bring_in(theme: Theme, entry: Entry, known: dict[str, Comment], report: Report) -> None:
    if (before := imported(theme, entry.origin)) is not None:
        known[entry.origin] = before
        report.known += 1
        return
    if entry.parent is not None and entry.parent not in known:
        report.broken.append(Broken(entry.origin, "the comment it answers could not be imported"))
        return
    # A name belongs to what was said under it: somebody who changed theirs is shown as each comment was signed.
    author = placeholder(f"import:{entry.author_key}:{digest(entry.author.encode())[:10]}", name=entry.author)
    try:
        seed = seed_of(
            theme,
            entry.origin,
            author=author,
            source=entry.source,
            written_at=entry.written_at,
            is_public=entry.is_public,
        )
    except TextRefused as refusal:
        report.broken.append(Broken(entry.origin, refusal.sentence))
        return
    if entry.parent is None:
        known[entry.origin] = import_opening(theme, entry.title, seed)
    else:
        known[entry.origin] = import_reply(known[entry.parent], seed)
    report.new += 1
