"""How a new comment gets its place in the tree, its numbers and its first version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from forum.actions import attachments, indexing
from forum.actions.locking import take_birth
from forum.actions.standing import revise_answered, tells_waiting
from forum.choices import Status
from forum.markup.render import RENDERER, Rendered
from forum.models import Attachment, Comment, CommentVersion, Hold, Thread
from forum.models.comment import branch_id


@dataclass(frozen=True, slots=True)
class Seed:
    """A comment before it has a place."""

    author: Any
    source: str
    rendered: Rendered
    key: str
    written_at: datetime
    status: Status = Status.PUBLISHED
    origin: str | None = None
    files: tuple[str, ...] = ()  # the names of what its author added
    held_for: tuple[dict[str, Any], ...] = ()  # why it waits for a moderator, if it does


@dataclass(frozen=True, slots=True)
class NewText:
    """A text before it is a version; `note` says what it changes."""

    source: str
    rendered: Rendered
    note: str = ""


def plant(seed: Seed, thread: Thread, *, parent: Comment | None, files: Collection[Attachment] = ()) -> Comment:
    """Writes a comment into a locked thread, as the last answer to `parent`.

    `parent` must have been read after the lock. The opening, or None for the opening itself, begins a
    branch of its own.
    """
    is_public = seed.status == Status.PUBLISHED
    comment = Comment(
        thread=thread,
        theme_id=thread.theme_id,
        author=seed.author,
        status=seed.status,
        is_shown=is_public,
        created_at=seed.written_at,
        key=seed.key,
        origin=seed.origin,
        files=[file.shape for file in files] or None,
    )
    begins_branch = parent is None or parent.pk == thread.opening_id
    if not begins_branch:
        Comment.objects.insert_node(comment, parent, position="last-child", refresh_target=False)
    becomes_public = is_public and thread.comment_count == 0
    is_told = is_public or (parent is not None and tells_waiting(thread, comment.status))
    birth = take_birth(thread.theme_id, is_public=is_public, is_told=is_told, threads=int(becomes_public))
    comment.pk, comment.version_id = birth.comment_id, birth.version_id
    comment.number = birth.number
    comment.revision = birth.revision
    comment.published_revision = birth.revision if is_public else None
    comment.published_at = seed.written_at if is_public else None
    if begins_branch:
        comment.tree_id, comment.lft, comment.rght, comment.level = (
            branch_id(thread.theme_id, birth.number),
            1,
            2,
            0,
        )
    # Not mptt's save(): the comment has its place already. Its version, one statement later, has the key given here.
    Model.save(comment, force_insert=True)
    attachments.bind(files, comment)
    if seed.held_for:
        Hold.objects.create(comment=comment, reasons=list(seed.held_for), created_at=seed.written_at)
    first = NewText(seed.source, seed.rendered)
    comment.version = _write_version(comment, first, editor=seed.author, now=seed.written_at, pk=birth.version_id)
    if is_public:
        title = thread.title if parent is None else ""
        name, text = seed.author.name, seed.rendered.text
        indexing.put(comment.pk, comment.version_id, title=title, name=name, text=text)
    _note_in_thread(thread, comment, is_told=is_told)
    if is_told and not is_public:
        revise_answered(comment, thread, birth.revision)
    return comment


def add_version(comment: Comment, text: NewText, *, editor: Any, now: datetime, number: int) -> None:
    """Adds a later version and makes it the comment's current one."""
    comment.version = _write_version(comment, text, editor=editor, now=now, number=number)
    Comment.objects.filter(pk=comment.pk).order_by().update(version=comment.version)


def _write_version(
    comment: Comment, text: NewText, *, editor: Any, now: datetime, number: int = 1, pk: int | None = None
) -> CommentVersion:
    return CommentVersion.objects.create(
        pk=pk,
        comment=comment,
        number=number,
        source=text.source,
        html=text.rendered.html,
        text=text.rendered.text,
        renderer=RENDERER,
        editor=editor,
        note=text.note,
        created_at=now,
    )


def _note_in_thread(thread: Thread, comment: Comment, *, is_told: bool) -> None:
    if thread.opening_id is None:
        thread.opening = comment
    if comment.is_public:
        thread.comment_count += 1
        thread.last_comment = comment
    if is_told:
        thread.revision = comment.revision
    thread.save(update_fields=["opening", "comment_count", "last_comment", "revision"])
