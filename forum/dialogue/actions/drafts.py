"""Keeping what somebody is writing, and letting it go when it is sent or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from accounts.models import Person, Viewer
from forum.dialogue.rules.writing import why_not_reply
from forum.kernel import realtime
from forum.kernel.batches import Batch
from forum.kernel.choices import DRAFT_LENGTH, DRAFTS, DraftKind
from forum.kernel.errors import Refused, SavedElsewhere
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.models import Comment, Draft, Theme

DISCARD = "DELETE FROM forum_draft WHERE author_id = %(author)s AND kind = %(kind)s AND comment_id = %(comment)s"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody writes: a reply to a comment, an edit of it, or a new thread (no comment) of a theme."""

    kind: DraftKind
    theme_id: int
    comment_id: int | None = None

    @property
    def name(self) -> str:
        """Tells it from every other spot, such as "reply-31"."""
        return f"{self.kind.value}-{self.comment_id or self.theme_id}"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the box."""

    source: str
    key: str
    title: str = ""
    note: str = ""
    seen: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.source.strip() or self.title.strip() or self.note.strip())


def reply_spot(parent: Comment) -> Spot:
    return Spot(DraftKind.REPLY, parent.theme_id, parent.pk)


def edit_spot(comment: Comment) -> Spot:
    return Spot(DraftKind.EDIT, comment.theme_id, comment.pk)


def thread_spot(theme: Theme) -> Spot:
    return Spot(DraftKind.THREAD, theme.pk)


def draft_spot(draft: Draft) -> Spot:
    return Spot(DraftKind(draft.kind), draft.theme_id, draft.comment_id)


@in_one_transaction
def keep_draft(spot: Spot, *, by: Person, words: Words, base: int, now: datetime) -> int:
    """Saves the words of a box and returns the draft's new version; empty words discard it (version 0).

    `base` is the version that the box began with. Raises SavedElsewhere if another window saved other words
    since, and Refused for too many or too long drafts.
    """
    if len(words.source) > DRAFT_LENGTH:
        raise Refused(Reason.DRAFT_TOO_LONG)
    kept = _at(spot, by).select_for_update().values("pk", "version", "source", "title", "note").first()
    if kept is None:
        return 0 if words.is_empty or _is_sent(spot, by, words) else _begin(spot, by, words, now)
    same = (kept["source"], kept["title"], kept["note"]) == (words.source, words.title, words.note)
    if same:
        return int(kept["version"])
    if kept["version"] != base:
        raise SavedElsewhere(kept["version"])
    draft = Draft.objects.filter(pk=kept["pk"])
    if words.is_empty:
        draft.delete()
        return 0
    draft.update(
        source=words.source,
        key=words.key,
        title=words.title,
        note=words.note,
        seen=words.seen,
        version=F("version") + 1,
        saved_at=now,
    )
    return int(kept["version"]) + 1


def discard_draft(spot: Spot, *, by: Person, key: str | None = None) -> None:
    """Lets a draft go; with a `key` only the draft of that form. One statement."""
    drafts = _at(spot, by)
    (drafts if key is None else drafts.filter(key=key)).delete()


def discard_with(batch: Batch, spot: Spot, *, by: Person) -> None:
    """The same for the draft of an answer, as one statement of the batch in which it becomes a comment."""
    batch.add(DISCARD, {"author": by.pk, "kind": spot.kind.value, "comment": spot.comment_id})


def _at(spot: Spot, by: Person) -> QuerySet[Draft]:
    drafts = Draft.objects.filter(author=by, kind=spot.kind, comment=spot.comment_id)
    return drafts if spot.comment_id else drafts.filter(theme=spot.theme_id)


def _is_sent(spot: Spot, by: Person, words: Words) -> bool:
    """Whether these words are a comment by now: on a slow line a draft can arrive after what it was a draft of."""
    if spot.kind is DraftKind.EDIT:
        return Comment.objects.filter(pk=spot.comment_id, author=by, version__source=words.source).exists()
    return Comment.objects.filter(author=by, key=words.key).exists()


def _begin(spot: Spot, by: Person, words: Words, now: datetime) -> int:
    if Draft.objects.filter(author=by).order_by().values("pk")[DRAFTS - 1 : DRAFTS].exists():
        raise Refused(Reason.TOO_MANY_DRAFTS)
    draft = Draft.objects.create(
        author=by,
        saved_at=now,
        kind=spot.kind,
        theme_id=spot.theme_id,
        comment_id=spot.comment_id,
        source=words.source,
        key=words.key,
        title=words.title,
        note=words.note,
        seen=words.seen,
    )
    return draft.version


def signal_writing(comment: Comment, *, by: Viewer, now: datetime) -> None:
    """Tells followers that somebody answers this comment, where the theme shows it and an answer may be sent."""
    thread = comment.thread
    if thread.theme.shows_writing and why_not_reply(by, comment, thread, now=now) is None:
        realtime.somebody_writes(thread.theme_id, comment.pk)
