"""Brings a discussion held elsewhere into a theme."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bs4 import UnusualUsageWarning
from django.db import DataError, IntegrityError

from forum.exchange import mbox, wxr
from forum.exchange.chunks import Report, bring_in
from forum.exchange.entry import Broken, Entry, Notice, Unreadable
from forum.kernel import work
from forum.models import Theme

CHUNK = 200  # entries of one transaction: nobody waits for it as long as for a page

Reader = Callable[[BinaryIO], Iterator[Entry | Broken | Notice]]
Progress = Callable[[list[Entry]], Iterator[Entry]]


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
        known: dict[str, int] = {}
        for chunk in _chunks(progress(entries)):
            report.add(_bring_in(theme, chunk, known))
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


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    left = iter(entries)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _bring_in(theme: Theme, entries: list[Entry], known: dict[str, int]) -> Report:
    """Imports these entries; of those that the database refuses, each alone is reported, and the others come in."""
    try:
        return bring_in(theme, entries, known)
    except (DataError, IntegrityError, ValueError) as error:
        if len(entries) == 1:
            return Report(broken=[Broken(entries[0].where, f"cannot be stored ({type(error).__name__})")])
    half = len(entries) // 2
    report = _bring_in(theme, entries[:half], known)
    report.add(_bring_in(theme, entries[half:], known))
    return report
