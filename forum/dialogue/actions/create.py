"""How a new comment gets its place in the tree, its numbers and its first version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions import attachments, indexing
from forum.dialogue.actions.day_counts import count_in_day, step_of_new
from forum.dialogue.actions.locking import allocate_comment_ids
from forum.dialogue.actions.status import tells_waiting, touch_parent
from forum.kernel.batches import Batch
from forum.kernel.choices import Status
from forum.kernel.holds import HoldReason
from forum.markup.render import RENDERER, Rendered
from forum.models import Attachment, Comment, CommentVersion, Hold, Thread

NOTED = ("opening_id", "comment_count", "last_comment_id", "revision")  # of a thread with every comment
NOTE = f"UPDATE forum_thread SET {', '.join(f'{name} = %({name})s' for name in NOTED)} WHERE id = %(thread)s"  # noqa: S608


@dataclass(frozen=True, slots=True)
class NewComment:
    """A comment before it has a place."""

    author: Viewer
    source: str
    rendered: Rendered
    key: str
    written_at: datetime
    status: Status = Status.PUBLISHED
    origin: str | None = None
    files: tuple[str, ...] = ()  # the names of what its author added
    held_for: tuple[HoldReason, ...] = ()  # why it waits for a moderator, if it does
    document: dict[str, str] | None = None  # what the search index is to hold of it, if that was made before


@dataclass(frozen=True, slots=True)
class NewText:
    """A text before it is a version; `note` says what it changes."""

    source: str
    rendered: Rendered
    note: str = ""


def insert_comment(
    new: NewComment,
    thread: Thread,
    *,
    parent: Comment | None,
    files: Collection[Attachment] = (),
    batch: Batch | None = None,
) -> Comment:
    """Writes a comment into a locked thread, as the last answer to `parent`.

    `parent` must have been read after the lock. The opening, or None for the opening itself, begins a
    branch of its own. With a `batch`, the caller has to run that; the rows are there only then, and what a public one
    without files gets of numbers and keys is known only then.
    """
    together = batch or Batch()
    author = logged_in(new.author)
    is_public = new.status == Status.PUBLISHED
    comment = Comment(
        thread=thread,
        theme_id=thread.theme_id,
        author=author,
        status=new.status,
        in_public_tree=is_public,
        created_at=new.written_at,
        key=new.key,
        origin=new.origin,
        files=[file.shape for file in files] or None,
    )
    begins_branch = parent is None or parent.pk == thread.opening_id
    if not begins_branch:
        Comment.objects.insert_node(comment, parent, position="last-child", refresh_target=False)
    becomes_public = is_public and thread.comment_count == 0
    is_told = is_public or (parent is not None and tells_waiting(thread, comment.status))
    document = _document(new, author, "" if parent else thread.title) if is_public else None
    is_plain = is_public and not files and batch is not None
    ids = allocate_comment_ids(
        thread.theme_id,
        is_public=is_public,
        is_told=is_told,
        threads=int(becomes_public),
        batch=together,
        now=not is_plain,
    )
    comment.pk, comment.version_id = ids.comment_id, ids.version_id
    comment.number = ids.number
    comment.revision = ids.revision
    comment.published_revision = ids.revision if is_public else None
    comment.published_at = new.written_at if is_public else None
    if begins_branch:
        comment.tree_id, comment.lft, comment.rght, comment.level = ids.tree_id, 1, 2, 0
    # Not mptt's save(): the comment has its place already. Its version, one statement later, has the key given here.
    together.insert(comment)
    attachments.bind(files, comment)
    step = step_of_new(new.status, is_held=bool(new.held_for))
    count_in_day(thread.theme_id, new.written_at, step, together)
    if new.held_for:
        Hold.objects.create(comment=comment, reasons=list(new.held_for), created_at=new.written_at)
    comment.version = first_version(new, comment, pk=ids.version_id)
    together.insert(comment.version)
    if document is not None:
        indexing.store(document, comment, together)
    _note_in_thread(thread, comment, is_told=is_told, batch=together)
    if batch is None:
        together.run()
    if is_told and not is_public:
        touch_parent(comment, thread, ids.revision)
    return comment


def add_version(comment: Comment, text: NewText, *, editor: Person, now: datetime, number: int) -> None:
    """Adds a later version and makes it the comment's current one."""
    comment.version = _version(comment, text, editor=editor, now=now, number=number)
    comment.version.save(force_insert=True)
    Comment.objects.filter(pk=comment.pk).order_by().update(version=comment.version)


def first_version(new: NewComment, comment: Comment, *, pk: int) -> CommentVersion:
    """The text with which a comment comes, not stored yet."""
    text = NewText(new.source, new.rendered)
    return _version(comment, text, editor=logged_in(new.author), now=new.written_at, pk=pk)


def _document(new: NewComment, author: Person, title: str) -> dict[str, str]:
    if new.document is not None:
        return new.document
    return indexing.analysed(title=title, name=author.name, text=new.rendered.text)


def _version(
    comment: Comment, text: NewText, *, editor: Person, now: datetime, number: int = 1, pk: int | None = None
) -> CommentVersion:
    return CommentVersion(
        pk=pk,
        comment=comment,
        number=number,
        source=text.source,
        html=text.rendered.html,
        text=text.rendered.text,
        renderer=RENDERER,
        mentions=list(text.rendered.mentions),
        editor=editor,
        note=text.note,
        created_at=now,
    )


def _note_in_thread(thread: Thread, comment: Comment, *, is_told: bool, batch: Batch) -> None:
    if thread.opening_id is None:
        thread.opening = comment
    if comment.is_public:
        thread.comment_count += 1
        thread.last_comment = comment
    if is_told:
        thread.revision = comment.revision
    batch.finish(thread)
    values = {name: getattr(thread, name) for name in NOTED}
    batch.add(NOTE, values | {"thread": thread.pk})
