"""Comments as somebody may read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext

from accounts.models import Viewer
from forum.dialogue.models.stance import COUNTS
from forum.dialogue.queries import attachments, stances
from forum.events.queries.formatting import (
    cleaned,
    comment_label,
    format_datetime,
    group_labels,
    initials,
    iso,
    microseconds,
)
from forum.events.queries.positions import THREAD_STAMP
from forum.kernel.choices import Status
from forum.kernel.compiled import PreparedDicts
from forum.kernel.lookups import listed
from forum.models import Comment, OldNumber, Theme, Thread

ANSWERS = 200  # comments below the one in focus; the thread has the rest
WIDEST_INDENT = 5  # levels; deeper replies stand below each other and name whom they answer

# Read as plain values: three to seven times cheaper than instances.
FIELDS = (
    "id", "thread_id", "parent_id", "number", "level", "revision", "status", "status_reason", "created_at",
    "is_pinned", "off_topic", "published_at", "edited_at", "files", "published_revision", "author_id", "author__name",
    "author__group", "author__organisation", "version__html", "parent__number", "parent__author__name",
    "parent__author_id", "parent__published_revision", "pending_replies", *COUNTS.values(),
)  # fmt: skip
# What all comments of a thread share. A loaded thread has this already; joined, it would double what
# PostgreSQL has to plan, which takes it longer than the rest.
OF_THREAD = (
    "theme__code", "theme__takes_stances", "theme__event__timezone", "thread__opening_id", "thread__opening__number",
    "thread__opening__author__name", "thread__opening__author_id", "thread__opening__published_revision",
)  # fmt: skip
HELD = Comment.objects.filter(theme=OuterRef("theme"), status=Status.HELD).order_by()
TO_OPENING = HELD.filter(thread=OuterRef("thread"), parent=None).exclude(pk=OuterRef("pk")).values("theme")
TO_COMMENT = HELD.filter(parent=OuterRef("pk")).values("parent")
PENDING_REPLIES = Case(
    When(~Q(status=Status.PUBLISHED), then=0),
    When(thread__opening=F("pk"), then=Coalesce(Subquery(TO_OPENING.annotate(n=Count("pk")).values("n")), 0)),
    default=Coalesce(Subquery(TO_COMMENT.annotate(n=Count("pk")).values("n")), 0),
)
# How many answers to a public comment wait, where the event tells so; where it does not, nothing is looked up.
TOLD_REPLIES = Case(When(theme__event__tells_waiting=True, then=PENDING_REPLIES), default=0)

# Who wrote what was never public is not told, even where its place shows because an answer to it is public.
UNNAMED = {"author_id": "", "name": "–", "initials": "–", "group": "", "group_label": "", "organisation": ""}


def get(person: Viewer, comment_id: int) -> Comment:
    """A comment this person may see, with its thread, theme and event. Raises Comment.DoesNotExist."""
    return _with_place(Comment.objects.readable_by(person)).get(pk=comment_id)


def once_readable(person: Viewer, comment_id: int) -> Comment:
    """The same, or one that was public before: somebody may be answering it. Raises Comment.DoesNotExist."""
    comments = Comment.objects.readable_by(person) | Comment.objects.filter(published_revision__isnull=False)
    return _with_place(comments).get(pk=comment_id)


def own(person: Viewer, comment_id: int) -> Comment:
    """A comment this person wrote, whatever became of it. Raises Comment.DoesNotExist."""
    return Comment.objects.get(pk=comment_id, author=person.pk)


def with_text(person: Viewer, comment_id: int) -> Comment:
    """A comment whose texts, old and new, this person may read. Raises Comment.DoesNotExist."""
    return _with_place(Comment.objects.with_text_for(person)).get(pk=comment_id)


def labelled(person: Viewer, event_slug: str, code: str, number: int) -> int:
    """The id of the comment that is or was called so (P-47), if this person may see it. Raises Comment.DoesNotExist."""
    comments = Comment.objects.readable_by(person) & called(event_slug, code, number)
    return int(comments.values_list("pk", flat=True).get())


def called(event_slug: str, code: str, number: int) -> Any:
    """The comment that is or was called so, for whoever may see it: a number is never given to another."""
    theme = Theme.objects.filter(event__slug=event_slug, code=code)
    former = OldNumber.objects.filter(theme__in=theme, number=number).values("comment_id")
    return Comment.objects.filter(Q(theme__in=theme, number=number) | Q(pk__in=former)).order_by()


def thread_of(comment_id: int) -> int | None:
    """In which thread a comment stands."""
    return Comment.objects.filter(pk=comment_id).order_by().values_list("thread_id", flat=True).first()


def around(comment: Comment, *, with_below: bool = True) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a comment answers, from the opening down, and everything that answers it. One query for each."""
    above = Comment.objects.above(comment) | Comment.objects.filter(pk=comment.thread.opening_id)
    answered = shown(above.in_public_tree().exclude(pk=comment.pk))
    if not with_below:
        return answered, []
    if comment.pk == comment.thread.opening_id:
        below = Comment.objects.filter(thread_id=comment.thread_id)
    else:
        below = Comment.objects.below(comment)
    return answered, shown(below.in_public_tree().exclude(pk=comment.pk), limit=ANSWERS)


def shown(comments: Any, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Rows ready for the comment fragment, in reading order."""
    return in_words(as_values(comments, limit=limit))


def shown_in(thread: Thread, comments: Any, *, limit: int | None = None) -> list[dict[str, Any]]:
    """The same for what is in a thread's public tree. The thread comes with its theme, event, opening and its author.

    Two queries, one without any.
    """
    keys = list(comments.in_reading_order().values_list("pk", flat=True)[:limit])
    asked = IN_THREAD_TOLD if thread.theme.event.tells_waiting else IN_THREAD
    rows = asked.rows(thread=thread.pk, keys=listed(keys)) if keys else []
    shared = {name: reduce(getattr, name.removeprefix("thread__").split("__"), thread) for name in OF_THREAD}
    return in_words([row | shared for row in rows])


def as_values(comments: Any, *, limit: int | None = None) -> QuerySet[Comment, dict[str, Any]]:
    """What `in_words` has to know of these comments, in reading order."""
    ordered = comments.in_reading_order().annotate(pending_replies=TOLD_REPLIES).values(*FIELDS, *OF_THREAD)
    limited: QuerySet[Comment, dict[str, Any]] = ordered[:limit]
    return limited


def in_words(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Such rows, ready for the comment fragment. No query."""
    labels = group_labels()
    return [_shape(row, labels) for row in rows]


def several(person: Viewer, comment_ids: Collection[int]) -> list[Comment]:
    """Those of these comments that this person may see, by age. One query."""
    return list(_with_place(Comment.objects.readable_by(person)).filter(pk__in=comment_ids).order_by("pk"))


def one(comment: Comment) -> dict[str, Any]:
    """The row of one comment. One query."""
    return by_keys([comment.pk])[0]


def by_keys(keys: Collection[int]) -> list[dict[str, Any]]:
    """The rows of these comments, in reading order. One query, none without any."""
    return in_words(BY_KEYS.rows(keys=listed(keys))) if keys else []


def _in_thread(thread: int, keys: str) -> QuerySet[Comment]:
    return Comment.objects.filter(pk__among=keys, thread=thread).in_public_tree().in_reading_order()


IN_THREAD = PreparedDicts(
    lambda thread, keys: _in_thread(thread, keys).annotate(pending_replies=Value(0)).values(*FIELDS),
    thread=int,
    keys=str,
)
IN_THREAD_TOLD = PreparedDicts(
    lambda thread, keys: _in_thread(thread, keys).annotate(pending_replies=PENDING_REPLIES).values(*FIELDS),
    thread=int,
    keys=str,
)
BY_KEYS = PreparedDicts(lambda keys: as_values(Comment.objects.filter(pk__among=keys)), keys=str)


def nearest_shown(comment: Comment) -> Comment:
    """The comment itself if it still shows in its thread, else the nearest above it that does."""
    above = Comment.objects.above(comment) | Comment.objects.filter(pk__in=[comment.pk, comment.thread.opening_id])
    shown_above = above.in_public_tree().select_related("thread")
    return shown_above.order_by("-tree_id", "-lft").first() or comment


def as_cited(row: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """A comment's row with the text of one of its versions in place of the current one."""
    edited = {"edited_iso": version["at_iso"], "edited_label": version["at_label"]} if version["number"] > 1 else {}
    return row | {"edited_iso": "", "edited_label": "", "html": version["html"]} | edited


def _with_place(comments: Any) -> Any:
    related = comments.select_related("thread__theme__event", "thread__opening", "version", "author")
    return related.annotate(thread_stamp=THREAD_STAMP)


def last_edit(comment: Comment) -> str:
    """When its text last changed, in the form in which a page carries it; empty if never."""
    return iso(comment.edited_at) if comment.edited_at else ""


def label_of(comment: Comment) -> str:
    return comment_label(comment.thread.theme.code, comment.number)


def _shape(row: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """A row in the words of the fragment. The same for everybody: who looks decides only what is delivered."""
    is_opening = row["id"] == row["thread__opening_id"]
    level = 0 if is_opening else row["level"] + 1
    is_gone = row["status"] != Status.PUBLISHED
    shape = {
        "id": row["id"],
        "thread_id": row["thread_id"],
        "number": row["number"],
        "label": comment_label(row["theme__code"], row["number"]),
        "status": row["status"],
        "level": level,
        "indent": min(level, WIDEST_INDENT),
        "revision": row["revision"],
        "published": row["published_revision"] or "",
        "at": microseconds(row["published_at"]),
        "is_gone": is_gone,
        "is_pinned": row["is_pinned"] and not is_gone,
        "support_total": row["support_count"] + row["agree_count"],
        "gone_text": gone_sentence(row["status"], row["status_reason"]) if is_gone else "",
        "files": attachments.shown(None if is_gone else row["files"]),
        "waits_text": "",
        "waits_url": "",
        "off_topic": "" if is_gone else row["off_topic"],
        "appeal_url": "",
        "html": "" if is_gone else cleaned(row["version__html"]),
        "author_id": row["author_id"],
        "name": row["author__name"],
        "initials": initials(row["author__name"]),
        "group": row["author__group"],
        "group_label": labels.get(row["author__group"], ""),
        "organisation": row["author__organisation"],
        "written_iso": iso(row["created_at"]),
        "written_label": format_datetime(row["created_at"], row["theme__event__timezone"]),
        "edited_iso": "",
        "edited_label": "",
        "history_url": "",
        "parent_id": "",
        "to_id": "",
        "answers_id": "",
        "url": f"/comments/{row['id']}/",
        "reply_url": f"/comments/{row['id']}/reply/#reply-{row['id']}-source",  # without a script: in the box
        "pending_replies": _pending_replies_label(row["pending_replies"]),
        "stances": "" if is_gone or not row["theme__takes_stances"] else stances.in_words(row),
    }
    if row["edited_at"] and not is_gone:
        shape |= {
            "edited_iso": iso(row["edited_at"]),
            "edited_label": format_datetime(row["edited_at"], row["theme__event__timezone"]),
        }
        shape["history_url"] = f"/comments/{row['id']}/history/"
    if not is_opening:
        shape |= _answered(row)
    if row["published_revision"] is None:
        shape |= UNNAMED
    return shape


def _pending_replies_label(n: int) -> str:
    return ngettext("%(n)s reply awaiting review", "%(n)s replies awaiting review", n) % {"n": n} if n else ""


def _answered(row: Mapping[str, Any]) -> dict[str, Any]:
    """Whom a reply answers: its parent in the branch, or the opening."""
    parent = "parent" if row["parent_id"] else "thread__opening"
    to_id = row["parent_id"] or row["thread__opening_id"]
    is_named = row[f"{parent}__published_revision"] is not None
    return {
        "parent_id": to_id,
        "to_id": to_id,
        "answers_id": row[f"{parent}__author_id"] if is_named else "",
        "to_name": row[f"{parent}__author__name"] if is_named else gettext("someone"),
        "to_label": comment_label(row["theme__code"], row[f"{parent}__number"]),
    }


def gone_sentence(status: str, reason: str) -> str:
    """What stands where a comment was."""
    match status:
        case Status.WITHDRAWN:
            return gettext("Withdrawn by its author.")
        case Status.REMOVED:
            return gettext("Removed by a moderator: %(reason)s") % {"reason": reason}
        case Status.REJECTED:
            return gettext("Rejected by a moderator: %(reason)s") % {"reason": reason}
    return gettext("Not public.")
