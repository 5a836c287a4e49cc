"""Brings in what was said elsewhere: same place in the tree, same numbers and rendering, but no rules asked.

Imported words were spoken already; whether they may be shown is decided by their status alone.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from accounts.models import Person
from forum.dialogue.actions.create import NewComment, insert_comment
from forum.dialogue.actions.locking import lock_with_thread
from forum.dialogue.actions.status import update_tombstones_above
from forum.kernel import realtime
from forum.kernel.choices import TITLE_LENGTH, Status
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import render_stored
from forum.models import Comment, Theme, Thread


def imported(theme: Theme, origin: str) -> Comment | None:
    """What was imported from `origin` into a theme before."""
    return Comment.objects.filter(theme=theme, origin=origin).first()


def imported_comment(
    theme: Theme, origin: str, *, author: Person, source: str, written_at: datetime, is_public: bool
) -> NewComment:
    """A comment ready to be imported; a text that is too dear to show with its marks is taken as plain text.

    Raises TextRefused if it cannot be shown at all.
    """
    key = sha256(f"{theme.pk}:{origin}".encode()).hexdigest()[:40]
    status = Status.PUBLISHED if is_public else Status.HELD
    return NewComment(author, *render_stored(source), key, written_at, status, origin)


@in_one_transaction
def import_opening(theme: Theme, title: str, new: NewComment) -> Comment:
    thread = Thread.objects.create(theme=theme, title=title[:TITLE_LENGTH], created_at=new.written_at)
    return _insert_imported(new, thread, None)


@in_one_transaction
def import_reply(parent: Comment, new: NewComment) -> Comment:
    thread, fresh = lock_with_thread(parent.pk)
    return _insert_imported(new, thread, fresh)


def _insert_imported(new: NewComment, thread: Thread, parent: Comment | None) -> Comment:
    comment = insert_comment(new, thread, parent=parent)
    if comment.is_public:
        update_tombstones_above(comment, thread, comment.revision)  # it may answer what was not public in the source
    realtime.theme_changed(thread.theme_id, comment.revision)
    return comment
