"""What authors do: open a thread, reply, edit, withdraw."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.models import Person, Viewer, logged_in
from forum.dialogue.actions import indexing, notifications, outgoing_mail
from forum.dialogue.actions.attachments import files_to_send
from forum.dialogue.actions.create import NewComment, NewText, add_version, insert_comment
from forum.dialogue.actions.drafts import Spot, discard_draft, discard_with
from forum.dialogue.actions.flag_cases import close_flag_case_on_withdrawal
from forum.dialogue.actions.locking import bump_revision, ensure_still_in_thread, lock_to_answer, lock_with_thread
from forum.dialogue.actions.mentions import Names, as_typed, says_the_same
from forum.dialogue.actions.pacing import lock_rate_limit, prefetch_writer_state
from forum.dialogue.actions.screening import NON_INTERACTIVE, SubmissionContext, screen, screen_edit, screen_newcomer
from forum.dialogue.actions.status import change_status, hold_comment, tells_waiting
from forum.dialogue.rules.holding import Found, reasons_after_edit, was_public
from forum.dialogue.rules.slow import minutes_between, why_not_yet
from forum.dialogue.rules.writing import why_not_open_thread, why_not_reply, why_not_save_edit, why_not_withdraw
from forum.kernel import realtime
from forum.kernel.batches import Batch
from forum.kernel.choices import Act, HoldKind, Status
from forum.kernel.errors import Refused, refuse_if
from forum.kernel.holds import HoldReason
from forum.kernel.queues import QueueKind
from forum.kernel.reasons import Reason
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import render
from forum.models import Comment, CommentVersion, Hold, LogEntry, Theme, Thread

NEVER_PUBLIC = "Replaced by its author before publication."


def open_thread(
    theme: Theme,
    *,
    by: Viewer,
    title: str,
    source: str,
    key: str,
    now: datetime,
    files: Iterable[str] = (),
    sending: SubmissionContext = NON_INTERACTIVE,
) -> Comment:
    """Opens a thread and returns its opening comment; the same author and key answer with the first one.

    Raises Refused, TextRefused and NeedsConfirmation.
    """
    prefetch_writer_state(by, now=now)
    no = why_not_open_thread(by, theme, now=now)
    return _open_thread(theme, title, _seed(theme, None, by, source, key, now, files, sending, no, title=title))


def post_reply(
    parent: Comment,
    *,
    by: Viewer,
    source: str,
    key: str,
    now: datetime,
    files: Iterable[str] = (),
    sending: SubmissionContext = NON_INTERACTIVE,
    draft: Spot | None = None,
) -> Comment:
    """Answers a comment; the same author and key answer with the first reply.

    `files` names what the author has added with add_file and not sent yet; `draft` says which draft this was, and goes
    as the comment comes.
    Raises Refused, TextRefused and NeedsConfirmation.
    """
    prefetch_writer_state(by, now=now)
    thread = parent.thread
    no = why_not_reply(by, parent, thread, now=now)
    return _post_reply(parent.pk, _seed(thread.theme, thread.pk, by, source, key, now, files, sending, no), draft)


def edit_comment(
    comment: Comment,
    *,
    by: Viewer,
    source: str,
    now: datetime,
    note: str = "",
    sending: SubmissionContext = NON_INTERACTIVE,
) -> Comment:
    """Gives a comment a new version; the old ones stay. After the window only with a note of what changed.

    What a rule finds in the words that are new makes the comment wait: otherwise an edit would be the way around it.
    Returns the comment as it is then. Raises Refused, TextRefused and NeedsConfirmation.
    """
    prefetch_writer_state(by, now=now)
    html = comment.current_version.html
    names = Names(theme_id=comment.theme_id, thread_id=comment.thread_id, before=html)
    text = NewText(source, render(source, directory=names), note.strip())
    found, new = screen_edit(by, comment, text.rendered, sending=sending)
    return _edit_comment(comment.pk, by, text, now, found, [each.as_json() for each in new])


@in_one_transaction
def withdraw_comment(comment: Comment, *, by: Viewer, now: datetime) -> None:
    """Takes a comment back; twice is once. Raises Refused."""
    thread, fresh = lock_with_thread(comment.pk)
    if fresh.status == Status.WITHDRAWN and fresh.author_id == by.pk:
        return
    refuse_if(why_not_withdraw(by, fresh, thread))
    change_status(fresh, thread, Status.WITHDRAWN, reason="")
    close_flag_case_on_withdrawal(fresh, thread, now=now)


@in_one_transaction
def _open_thread(theme: Theme, title: str, new: NewComment) -> Comment:
    if (first := _sent_before(new, Comment.objects.filter(_by_key(new)).order_by())) is not None:
        refuse_if(None if _opens(first, theme, title) else Reason.SENT_ALREADY)
        return first
    lock_rate_limit(new.author, theme.event_id, now=new.written_at)
    refuse_if(why_not_open_thread(new.author, theme, now=new.written_at))
    _check_slow_mode(new, theme)
    files = files_to_send(new.files, by=logged_in(new.author))
    thread = Thread.objects.create(theme=theme, title=title, created_at=new.written_at)
    opening = insert_comment(new, thread, parent=None, files=files)
    if not opening.is_public:
        _waits(opening, thread, new)
        return opening
    notifications.comment_published(opening, thread, answered=None, now=new.written_at)
    realtime.theme_changed(theme.pk, opening.revision)
    return opening


@in_one_transaction
def _post_reply(parent_id: int, new: NewComment, draft: Spot | None) -> Comment:
    # After the lock: the parent's bounds move with every reply. The same look finds what was sent with this key.
    thread, known = lock_to_answer(parent_id, author_id=new.author.pk or 0, key=new.key)
    parent = known[parent_id]
    ensure_still_in_thread(parent, thread)
    if (first := _sent_before(new, known.values())) is not None:
        refuse_if(None if _answers(first, parent, thread) else Reason.SENT_ALREADY)
        if draft is not None:
            discard_draft(draft, by=logged_in(new.author), key=new.key)  # not what was begun since
        return first
    lock_rate_limit(new.author, thread.theme.event_id, now=new.written_at)
    refuse_if(why_not_reply(new.author, parent, thread, now=new.written_at))
    _check_slow_mode(new, thread.theme, thread)
    author, batch = logged_in(new.author), Batch()
    files = files_to_send(new.files, by=author)
    comment = insert_comment(new, thread, parent=parent, files=files, batch=batch)
    if draft is not None:
        discard_with(batch, draft, by=author)
    if not comment.is_public:
        batch.run()
        _waits(comment, thread, new)
        if tells_waiting(thread, comment.status):
            realtime.theme_changed(thread.theme_id, comment.revision)
        return comment
    notifications.comment_published(comment, thread, answered=parent.author_id, now=new.written_at, batch=batch)
    realtime.theme_changed(thread.theme_id, comment.revision)
    return comment


@in_one_transaction
def _edit_comment(
    comment_id: int, by: Viewer, text: NewText, now: datetime, found: list[Found], held_for: list[HoldReason]
) -> Comment:
    thread, comment = lock_with_thread(comment_id)
    refuse_if(why_not_save_edit(by, comment, thread, note=text.note, now=now))
    editor = logged_in(by)
    if says_the_same(comment.current_version, text.source, text.rendered):
        refuse_if(Reason.REVISION_UNCHANGED if comment.status == Status.REVISION else None)
        return comment
    before = comment.current_version
    add_version(comment, text, editor=editor, now=now, number=before.number + 1)
    if not comment.is_public:
        return _edited_while_waiting(comment, thread, before, now, found)
    if held_for:
        Comment.objects.filter(pk=comment.pk).order_by().update(edited_at=now)
        _hold(comment, thread, held_for, now)
        outgoing_mail.queue_held(comment, editor, now=now)
        return comment
    indexing.renew([comment.pk])
    notifications.newly_mentioned(comment, now=now)
    revision = bump_revision(thread.theme_id).revision
    Comment.objects.filter(pk=comment.pk).order_by().update(revision=revision, edited_at=now)
    Thread.objects.filter(pk=thread.pk).update(revision=revision)
    realtime.theme_changed(thread.theme_id, revision)
    return comment


def _waits(comment: Comment, thread: Thread, new: NewComment) -> None:
    outgoing_mail.queue_held(comment, logged_in(new.author), now=new.written_at)
    notifications.to_review(QueueKind.HELD, comment, thread, now=new.written_at)


def _edited_while_waiting(
    comment: Comment, thread: Thread, before: CommentVersion, now: datetime, found: list[Found]
) -> Comment:
    """The next moderator reads the new text only, with what was found in it.

    The text it replaces stays in the history if everybody could read it once; else it never becomes public.
    """
    hold = Hold.objects.filter(comment=comment).first()
    if not was_public(comment, before, hold):
        CommentVersion.objects.filter(pk=before.pk).update(is_hidden=True, hidden_reason=NEVER_PUBLIC)
    if comment.status == Status.REVISION:
        reasons = reasons_after_edit([Found(HoldKind.REVISED).as_json()], found)
        _hold(comment, thread, reasons, now)
    elif hold is not None:
        Hold.objects.filter(pk=hold.pk).update(reasons=reasons_after_edit(hold.reasons, found))
    realtime.desk_changed(thread.theme.event_id)
    return comment


def _hold(comment: Comment, thread: Thread, reasons: list[HoldReason], now: datetime) -> None:
    """Makes a comment wait whose author changed its text."""
    hold_comment(comment, thread, since=now, reasons=reasons)
    notifications.to_review(QueueKind.HELD, comment, thread, now=now)
    comment.status = Status.HELD


def _seed(
    theme: Theme,
    thread_id: int | None,
    by: Viewer,
    source: str,
    key: str,
    now: datetime,
    files: Iterable[str],
    sending: SubmissionContext,
    why_not: Reason | None,
    title: str = "",
) -> NewComment:
    """What somebody sends, rendered, screened and analysed before any lock. Raises TextRefused and NeedsConfirmation.

    `why_not` says whether it will be refused in the end: then nobody outside is asked about it.
    """
    rendered = render(source, directory=Names(theme_id=theme.pk, thread_id=thread_id))
    found = screen(by, theme, rendered, now=now, sending=sending, key=key)
    if why_not is None:
        found += screen_newcomer(by, theme, source, sending, waits=bool(found))
    is_indexed = not found and why_not is None
    return NewComment(
        by,
        source,
        rendered,
        key,
        now,
        status=Status.HELD if found else Status.PUBLISHED,
        held_for=tuple(each.as_json() for each in found),
        files=tuple(files),
        document=indexing.analysed(title=title, name=logged_in(by).name, text=rendered.text) if is_indexed else None,
    )


def _check_slow_mode(new: NewComment, theme: Theme, thread: Thread | None = None) -> None:
    """Raises Refused if slow mode does not yet allow another comment. No query if slow mode is off.

    Locks the author's row, so that two concurrent comments cannot both pass.
    """
    if not minutes_between(theme, thread):
        return
    # Threads of one theme have separate locks, so that the thread's lock is not enough.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=logged_in(new.author).pk)
    refuse_if(why_not_yet(new.author, theme, thread, now=new.written_at))


def _by_key(new: NewComment) -> Q:
    """What this author sent with this key before; nothing for anybody without an account."""
    return Q(author=new.author.pk, key=new.key) if new.author.is_authenticated else Q(pk=None)


def _sent_before(new: NewComment, known: Iterable[Comment]) -> Comment | None:
    """What this author sent with this key before, if it is among `known`. Raises Refused if it was another text."""
    for first in known:
        if (first.author_id, first.key) != (new.author.pk, new.key):
            continue
        sent = CommentVersion.objects.values_list("source", flat=True).get(comment=first, number=1)
        if as_typed(sent) != as_typed(new.source):
            raise Refused(Reason.SENT_ALREADY)
        return first
    return None


def _opens(first: Comment, theme: Theme, title: str) -> bool:
    """Whether this comment was sent to open a thread with this title here, as far as moderators have left it so."""
    thread = first.thread
    if (thread.opening_id, thread.theme_id, thread.title) == (first.pk, theme.pk, title):
        return True
    about = Q(thread=thread, act__in=[Act.RENAME, Act.MOVE]) | Q(comment=first, act=Act.MERGE)
    return LogEntry.objects.filter(about).exists()


def _answers(first: Comment, parent: Comment, thread: Thread) -> bool:
    """Whether this comment was sent as an answer to that one. Moves keep an answer with what it answers; one that was
    made the opening of a thread of its own answers nothing any more."""
    begins_branch = first.parent_id is None and first.thread_id == thread.pk
    if first.parent_id == parent.pk or (begins_branch and thread.opening_id == parent.pk != first.pk):
        return True
    return LogEntry.objects.filter(comment=first, act=Act.SPLIT).exists()
