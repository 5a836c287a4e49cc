"""Comments that came from elsewhere, for tests that need one."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from forum.dialogue.actions.create import NewComment
from forum.dialogue.actions.create_many import Arrival
from forum.exchange import bring_in
from forum.markup.render import render_stored
from forum.models import Comment, Theme


def imported_comment(
    theme: Theme, origin: str, *, author: Person, source: str, written_at: datetime, is_public: bool
) -> NewComment:
    """A comment ready to be imported. Raises TextRefused."""
    return bring_in.imported_comment(
        theme.pk, origin, author=author, text=render_stored(source), written_at=written_at, is_public=is_public
    )


def import_opening(theme: Theme, title: str, new: NewComment) -> Comment:
    return _import(Arrival(*bring_in.with_documents([(title, new)]), theme.pk, title=title))


def import_reply(parent: Comment, new: NewComment) -> Comment:
    return _import(Arrival(*bring_in.with_documents([("", new)]), parent.theme_id, parent.pk))


def _import(arrival: Arrival) -> Comment:
    (comment,) = bring_in.import_comments([arrival])
    return comment
