"""Brings in what was said elsewhere: same place in the tree, same numbers and rendering, but no rules asked.

Imported words were spoken already; whether they may be shown is decided by their status alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from accounts.models import Person, logged_in
from forum.dialogue.actions.create import NewComment
from forum.dialogue.actions.create_many import Arrival, insert_comments
from forum.dialogue.actions.indexing import Words, analysed_together
from forum.kernel import realtime
from forum.kernel.choices import Status
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import Rendered
from forum.models import Comment


def imported_comment(
    theme_id: int,
    origin: str,
    *,
    author: Person,
    text: tuple[str, Rendered],
    written_at: datetime,
    is_public: bool,
) -> NewComment:
    """A comment ready to be imported; `text` is what `render_stored` makes of a source."""
    status = Status.PUBLISHED if is_public else Status.HELD
    return NewComment(author, *text, _key(theme_id, origin), written_at, status, origin)


def with_origin(new: NewComment, theme_id: int, origin: str) -> NewComment:
    """The same under another origin."""
    return new if new.origin == origin else replace(new, origin=origin, key=_key(theme_id, origin))


def with_documents(titled: Sequence[tuple[str, NewComment]]) -> list[NewComment]:
    """The same with what the search index is to hold of them; each comes with its title, or "" if it opens no thread.

    To be asked before any lock is taken. At most one statement.
    """
    public = [(title, new) for title, new in titled if new.status == Status.PUBLISHED]
    words = [Words(title, logged_in(new.author).name, new.rendered.text) for title, new in public]
    documents = iter(analysed_together(words))
    return [replace(new, document=next(documents)) if new.status == Status.PUBLISHED else new for _, new in titled]


@in_one_transaction
def import_comments(arrivals: Sequence[Arrival]) -> list[Comment]:
    """Writes comments in the order given, and tells followers of each theme once.

    A parent that has gone to another theme meanwhile takes its answers there.
    """
    comments = insert_comments(arrivals)
    for theme_id, revision in {comment.theme_id: comment.revision for comment in comments}.items():
        realtime.theme_changed(theme_id, revision)
    return comments


def _key(theme_id: int, origin: str) -> str:
    return sha256(f"{theme_id}:{origin}".encode()).hexdigest()[:40]
