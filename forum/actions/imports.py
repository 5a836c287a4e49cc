"""Brings in what was said elsewhere: same place in the tree, same numbers and rendering, but no rules asked.

Imported words were spoken already; whether they may be shown is decided by their status alone.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from forum.actions import tell
from forum.actions.locking import lock_with_thread
from forum.actions.planting import Seed, plant
from forum.actions.standing import settle_gone_above
from forum.actions.transactions import in_one_transaction
from forum.choices import TITLE_LENGTH, Status
from forum.markup.render import render
from forum.models import Comment, Theme, Thread


def imported(theme: Theme, origin: str) -> Comment | None:
    """What was imported from `origin` into a theme before."""
    return Comment.objects.filter(theme=theme, origin=origin).first()


def seed_of(theme: Theme, origin: str, *, author: Any, source: str, written_at: datetime, is_public: bool) -> Seed:
    """A comment ready to be imported. Raises TextRefused if its text cannot be shown."""
    key = sha256(f"{theme.pk}:{origin}".encode()).hexdigest()[:40]
    status = Status.PUBLISHED if is_public else Status.HELD
    return Seed(author, source, render(source), key, written_at, status, origin)


@in_one_transaction
def import_opening(theme: Theme, title: str, seed: Seed) -> Comment:
    thread = Thread.objects.create(theme=theme, title=title[:TITLE_LENGTH], created_at=seed.written_at)
    return _planted(seed, thread, None)


@in_one_transaction
def import_reply(parent: Comment, seed: Seed) -> Comment:
    thread, fresh = lock_with_thread(parent.pk)
    return _planted(seed, thread, fresh)


def _planted(seed: Seed, thread: Thread, parent: Comment | None) -> Comment:
    comment = plant(seed, thread, parent=parent)
    if comment.is_public:
        settle_gone_above(comment, thread, comment.revision)  # it may answer what was not public in the source
    tell.theme_changed(thread.theme_id, comment.revision)
    return comment
