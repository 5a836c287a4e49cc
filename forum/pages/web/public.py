"""The pages that are kept in memory for everybody without an account (`forum/http/public_pages.py`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from forum.http.page_store import PageType, Subject
from forum.pages.queries import subjects

FORMS = {"atom", "json"}


def _kept(find: Callable[..., subjects.Found | None], *parameters: str) -> PageType:
    def subject(*, now: float, form: str = "", **named: Any) -> Subject | None:
        if form and form not in FORMS:
            return None
        found = find(**named, now=datetime.fromtimestamp(now, UTC))
        if found is None:
            return None
        rows, until = found
        return Subject(rows, until.timestamp() if until else float("inf"))

    return PageType(subject, frozenset(parameters))


PAGE_TYPES = {
    "home": _kept(subjects.of_home),
    "event": _kept(subjects.of_event),
    "event_feed": _kept(subjects.of_event),
    "wall": _kept(subjects.of_event, "theme", "group", "before", "still"),
    "screen": _kept(subjects.of_event, "scheme"),
    "theme": _kept(subjects.of_theme, "before", "sort"),
    "theme_feed": _kept(subjects.of_theme),
    "thread": _kept(subjects.of_thread, "after", "before", "at", "all", "sort"),
    "thread_feed": _kept(subjects.of_thread),
    "branches": _kept(subjects.of_thread, "after"),
    "comment": _kept(subjects.of_comment),  # without "version": hiding an earlier version takes no revision
}
