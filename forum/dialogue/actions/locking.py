"""The two locks of a write, always in this order: the thread's row first, the theme's row last; and that of roles."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, Subquery

from accounts.models import Person
from forum.dialogue.models.comment import BRANCH_SHIFT
from forum.dialogue.models.thread import TO_ANSWER, ThreadQuerySet
from forum.events.rules.roles import read_anew
from forum.kernel.batches import Batch, Row
from forum.kernel.compiled import Compiled, rows_together
from forum.kernel.errors import MovedMeanwhile, refuse_if
from forum.kernel.reasons import Reason
from forum.kernel.stamp import KEPT_STAMPS, new_stamp
from forum.models import Comment, Event, Theme, Thread


def lock_thread_row(thread_id: int) -> Thread:
    """The thread, its row locked until the transaction ends. Whatever is read after this is current.

    The thread row is the lock for its branches: mptt does not lock by itself. Raises Refused if the thread was
    merged into another meanwhile.
    """
    thread = _locked().get(pk=thread_id)
    refuse_if(Reason.THREAD_MERGED if thread.continued_at_id else None)
    return thread


def lock_theme_row(theme_id: int) -> Theme:
    """A theme with its event, its row locked until the transaction ends: for what is about the whole of it."""
    themes = Theme.objects.select_for_update(of=("self",), no_key=True).select_related("event")
    return themes.get(pk=theme_id)


def lock_thread_of(comment_id: int) -> Thread:
    """The same for the thread in which a comment stands. Raises MovedMeanwhile.

    PostgreSQL asks the question again once it has the lock, and finds nothing if the comment has left by then.
    """
    return _only(THREAD_OF.rows(comment=comment_id))


def _only(found: list[Thread]) -> Thread:
    for thread in found:
        return thread
    raise MovedMeanwhile


def lock_to_answer(comment_id: int, *, author_id: int, key: str) -> tuple[Thread, dict[int, Comment]]:
    """The thread of a comment, locked, and after that, by key: the comment as it is now, and what its author sent with
    this form's key before. Of the thread no more than a reply needs.

    Two statements, in one round trip with what begins a transaction. Raises MovedMeanwhile.
    """
    asked = {"comment": comment_id, "author": author_id, "key": key}
    threads, answered = rows_together((THREAD_TO_ANSWER, {"comment": comment_id}), (ANSWERED, asked))
    return _only(threads), {each.pk: each for each in answered}


def lock_with_thread(comment_id: int) -> tuple[Thread, Comment]:
    """The thread of a comment, locked, and the comment as it is now, with its current version.

    Raises MovedMeanwhile.
    """
    thread = lock_thread_of(comment_id)
    comment = Comment.objects.select_related("version").get(pk=comment_id)
    ensure_still_in_thread(comment, thread)
    return thread, comment


def lock_threads_of(comment_ids: Collection[int]) -> dict[int, Comment]:
    """These comments as they are now, by key, with their threads, whose rows are locked in the order of their keys.

    Three statements. Raises MovedMeanwhile.
    """
    asked = Comment.objects.filter(pk__in=comment_ids).order_by()
    there = set(asked.values_list("thread_id", flat=True))
    threads = {thread.pk: thread for thread in _locked().filter(pk__in=there).order_by("pk")}
    comments = {comment.pk: comment for comment in asked.all()}
    for comment in comments.values():
        if comment.thread_id not in threads:
            raise MovedMeanwhile
        comment.thread = threads[comment.thread_id]
    return comments


def ensure_still_in_thread(comment: Comment, thread: Thread) -> None:
    """Whether the lock that was waited for is still the right one. Raises MovedMeanwhile."""
    if comment.thread_id != thread.pk:
        raise MovedMeanwhile


def lock_thread_rows(thread_ids: Iterable[int]) -> list[Thread]:
    """Several threads, locked in the order of their keys and returned in the order asked for."""
    asked = list(thread_ids)
    known = {thread_id: lock_thread_row(thread_id) for thread_id in sorted(asked)}
    return [known[thread_id] for thread_id in asked]


def _locked() -> ThreadQuerySet:
    return Thread.objects.select_for_update(of=("self",), no_key=True).select_related("theme__event")


def _thread_of(comment: int) -> ThreadQuerySet:
    return _locked().filter(pk=Subquery(Comment.objects.filter(pk=comment).order_by().values("thread_id"))).order_by()


THREAD_OF = Compiled(_thread_of, comment=int)
THREAD_TO_ANSWER = Compiled(
    lambda comment: _thread_of(comment).only(*TO_ANSWER, "last_comment_id", "revision"), comment=int
)
ANSWERED = Compiled(
    lambda comment, author, key: Comment.objects.filter(Q(pk=comment) | Q(author=author, key=key)).order_by(),
    comment=int,
    author=int,
    key=str,
)


@dataclass(frozen=True, slots=True)
class RevisionNumbers:
    """What the theme's row handed out: the `revision` of this change, and the newest comment's `number`."""

    revision: int
    number: int


@dataclass(frozen=True, slots=True)
class CommentIds(RevisionNumbers):
    """The same for a new comment, with the tree of a branch that it begins, and the keys of its row and of its first
    version's."""

    tree_id: int
    comment_id: int
    version_id: int


TAKE = """
    UPDATE forum_theme SET revision = revision + %(revisions)s, stamp = COALESCE(%(stamp)s, stamp),
        last_number = last_number + %(numbers)s, comment_count = comment_count + %(comments)s,
        thread_count = thread_count + %(threads)s
    WHERE id = %(theme)s RETURNING revision, last_number"""
# In the place of the stamp that is KEPT_STAMPS revisions older. The theme's row is locked by now.
KEEP_STAMP = f"""
    INSERT INTO forum_revisionstamp (theme_id, slot, revision, stamp)
    VALUES (%(theme)s, %(revision)s %% {KEPT_STAMPS}, %(revision)s, %(stamp)s)
    ON CONFLICT (theme_id, slot) DO UPDATE SET revision = excluded.revision, stamp = excluded.stamp"""  # noqa: S608
BRANCH = f"(id << {BRANCH_SHIFT}) | last_number AS tree_id"  # as branch_id makes it
# The keys that the next rows get. On SQLite nobody else writes until this transaction ends.
KEYS = {
    "sqlite": """COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'forum_comment'), 0) + 1,
        COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'forum_commentversion'), 0) + 1""",
    "postgresql": """nextval(pg_get_serial_sequence('forum_comment', 'id')) AS comment_id,
        nextval(pg_get_serial_sequence('forum_commentversion', 'id')) AS version_id""",
}
MORE_KEYS = f"SELECT {KEYS['postgresql']} FROM generate_series(1, %s)"  # noqa: S608 - our own words


def bump_revision(
    theme_id: int, *, comments: int = 0, threads: int = 0, revisions: int = 1, numbers: int = 0
) -> RevisionNumbers:
    """Takes the theme's next revision, and counts what became public or went. Two statements.

    Takes several `revisions` and comments' `numbers` for what comes from elsewhere; the answer is the last of each.

    Call it last and late: it holds the theme's row until commit, which makes numbers gapless in commit order.
    """
    batch = Batch()
    counts = {"numbers": numbers, "comments": comments, "threads": threads}
    taken = RevisionNumbers(*_take(TAKE, ("revision", "last_number"), theme_id, revisions, counts, batch, now=True))
    batch.run()
    return taken


def allocate_comment_ids(
    theme_id: int, *, is_public: bool, is_told: bool, threads: int, batch: Batch, now: bool = True
) -> CommentIds:
    """The same for one new comment, with the keys it and its first version are to have, and the tree of a branch that
    it begins. One statement now, and one more in the batch; or both in the batch, and what they are is known `Later`.

    It takes a revision if it `is_told`: because it is public, or because readers are told that something waits.
    """
    counts = {"numbers": 1, "comments": int(is_public), "threads": threads}
    columns = ("revision", "last_number", "tree_id", "comment_id", "version_id")
    taking = f"{TAKE}, {BRANCH}, {KEYS[connection.vendor]}"
    revision, number, tree, *keys = _take(taking, columns, theme_id, int(is_told), counts, batch, now=now)
    return CommentIds(revision, number, tree, *keys)


def allocate_keys(count: int) -> list[tuple[int, int]]:
    """The keys of so many comments and of their first versions. One statement."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(MORE_KEYS, [count])
            return sorted(cursor.fetchall())
        cursor.execute(f"SELECT {KEYS['sqlite']}")
        comment, version = cursor.fetchone()
        return [(comment + place, version + place) for place in range(count)]


def _take(
    statement: str,
    columns: tuple[str, ...],
    theme_id: int,
    revisions: int,
    counts: dict[str, int],
    batch: Batch,
    *,
    now: bool,
) -> Row:
    stamp = new_stamp() if revisions else None  # a revision that stays keeps its stamp
    values = {"theme": theme_id, "revisions": revisions, "stamp": stamp}
    row = batch.take(statement, values | counts, columns, now=now)
    if revisions:
        batch.add(KEEP_STAMP, {"theme": theme_id, "revision": row[0], "stamp": stamp})
    return row


def lock_roles(event_id: int, by: Person) -> None:
    """The event's row is the lock for its roles: two organisers who dismiss each other leave one."""
    Event.objects.select_for_update(no_key=True).get(pk=event_id)
    read_anew(by)
