"""Threads as somebody may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value

from accounts.models import Person, Viewer
from forum.dialogue.queries import comments, summaries
from forum.events.queries.formatting import (
    cleaned,
    comment_count,
    comment_label,
    excerpt,
    format_datetime,
    initials,
    iso,
    locked_sentence,
    placeholder_title,
    plan_sentence,
    slow_sentence,
)
from forum.events.queries.positions import STORED_STAMP
from forum.kernel.choices import RoleKind, Sort, Status
from forum.kernel.compiled import Compiled, PreparedDicts
from forum.kernel.lookups import listed
from forum.models import Comment, Follow, Note, Reading, Thread

PAGE = 50  # threads
PINNED = 20  # pinned threads that stand before the others
PINNED_PLACE = 2**40  # above every opening's key, and still a number that browsers count exactly
LISTED = 20  # threads with something new, by name; the rest is counted

FIELDS = (
    "id", "opening_id", "title", "is_locked", "lock_reason", "revision", "comment_count", "theme__code",
    "theme__event__timezone",
    "opening__number", "opening__status", "opening__created_at", "opening__version__text",
    "opening__support_total", "opening__is_pinned", "last_comment__number",
    "opening__author__name", "opening__author__group", "last_comment__author__name", "last_comment__created_at",
)  # fmt: skip
# What only the head of a thread's own page shows.
HEAD_FIELDS = (
    "closes_at", "opens_at", "slow_minutes", "note__html", "note__role", "note__written_at", "summary__points",
    "summary__created_at",
)  # fmt: skip
T = TypeVar("T", Thread, Thread | None)
JOINED = [name for name in (*FIELDS, *HEAD_FIELDS) if "__" in name]  # of other tables
ROLE_LABELS = dict(RoleKind.choices)


def get(person: Viewer, thread_id: int) -> Thread:
    """A thread this person may read. Raises Thread.DoesNotExist.

    `has_waiting` if comments of theirs wait in it, `is_followed` if they follow it; `read_ranges`: what they have read
    under its theme.
    """
    asked = {"thread": thread_id} | ({"person": person.pk} if person.is_authenticated else {})
    return _placed((OF_PERSON if person.is_authenticated else PUBLIC).get(**asked))


def known(person: Viewer, thread_id: int | None) -> Thread | None:
    """The same, or None."""
    return _placed(_with_place(Thread.objects.readable_by(person)).filter(pk=thread_id or 0).first())


def with_label(person: Viewer, event_slug: str, code: str, number: int) -> Thread | None:
    """The thread in which the comment stands that is called so (P-47), or None."""
    inside = comments.called(event_slug, code, number).values("thread_id")
    return _placed(_with_place(Thread.objects.readable_by(person)).filter(pk__in=inside).first())


def goes_on_at(thread_id: int) -> int | None:
    """The comment at which a thread goes on that was merged into another one; None for every other."""
    return Thread.objects.filter(pk=thread_id).values_list("continued_at_id", flat=True).first()


def goes_on_in(thread_id: int) -> int | None:
    """The thread that one was merged into; None for every other."""
    return Thread.objects.filter(pk=thread_id).values_list("continued_at__thread_id", flat=True).first()


def still_public(thread_id: int) -> bool:
    """Whether a thread has a public comment left."""
    return Thread.objects.public().filter(pk=thread_id).exists()


def first_of(theme_id: int) -> Thread | None:
    """The oldest public thread of a theme, with its opening. Two queries, one without any."""
    oldest = Thread.objects.public().filter(theme_id=theme_id).order_by("opening__number")
    found = PUBLIC.rows(thread=oldest.values_list("pk", flat=True).first() or 0)
    return _placed(found[0] if found else None)


def in_theme(theme_id: int, *, before: int | None = None) -> tuple[list[dict[str, Any]], bool]:
    """A page of a theme's public threads and whether there are older ones. Three queries, four with any pinned.

    Those with a pinned opening come first, then the newest openings: places that do not move while people talk.
    `before` is the opening after which an earlier page ended.
    """
    keys, has_older = _keys_in_theme(theme_id, before)
    return by_keys(keys), has_older


def _keys_in_theme(theme_id: int, before: int | None = None) -> tuple[list[int], bool]:
    public = Thread.objects.public().filter(theme_id=theme_id).order_by("-opening_id")
    pinned = Comment.objects.filter(theme=theme_id).pinned().order_by()
    openings = list(pinned.values_list("pk", flat=True))  # few, and mostly none
    first = list(public.filter(opening__in=openings).values_list("pk", flat=True)[:PINNED]) if openings else []
    threads = public.exclude(pk__in=first)
    if before is not None:
        threads = threads.filter(opening_id__lt=before)
    keys = list(threads.values_list("pk", flat=True)[: PAGE + 1])
    shown_first = first if before is None else []
    return shown_first + keys[:PAGE], len(keys) > PAGE


def first_by(sort: Sort, theme_id: int, unread: Collection[int]) -> list[dict[str, Any]]:
    """The first page of a theme's threads in another order; `unread` are those with anything new for the reader.

    At most five queries. What the order says nothing of comes after the rest, the newest first.
    """
    threads = Thread.objects.public().filter(theme_id=theme_id)
    if sort is Sort.ACTIVITY:
        ordered = threads.order_by("-last_comment_id")
    elif sort is Sort.SUPPORT:
        supported = threads.filter(opening__theme=theme_id, opening__parent=None, opening__support_total__gt=0)
        ordered = supported.order_by("-opening__support_total", "-opening_id")
    else:
        ordered = threads.filter(pk__in=list(unread)).order_by("-opening_id")
    first = list(ordered.values_list("pk", flat=True)[:PAGE])
    rest, _ = _keys_in_theme(theme_id) if len(first) < PAGE and sort is not Sort.ACTIVITY else ([], False)
    return by_keys(list(dict.fromkeys([*first, *rest]))[:PAGE])


def by_keys(keys: Collection[int]) -> list[dict[str, Any]]:
    """Rows ready for the thread fragments, in the order of their keys. One query, none without any.

    Lists look for keys first, which come from an index; joined with the rest they would be sorted.
    """
    rows = {row["id"]: _shape(row) for row in BY_KEYS.rows(keys=listed(keys))} if keys else {}
    return [rows[key] for key in keys if key in rows]


def titles(thread_ids: Collection[int]) -> list[dict[str, Any]]:
    """Rows of the newest of these threads, as many as a list of names has room for. Two queries, none without any."""
    if not thread_ids:
        return []
    newest = Thread.objects.public().filter(pk__in=thread_ids).order_by("-opening_id")
    return by_keys(list(newest.values_list("pk", flat=True)[:LISTED]))


def head_of(thread: Any) -> dict[str, Any]:
    """The row of one thread with what its head says, and its `stamp`.

    No query where the thread was loaded here, one where it was not; and one if it has a summary.
    """
    if not hasattr(thread, JOINED[0]):
        return heads(Thread.objects.filter(pk=thread.pk))[0] | {"stamp": thread.stamp}
    row = {name: getattr(thread, name) for name in (*FIELDS, *HEAD_FIELDS)}
    return _heads_in_words([row])[0] | {"stamp": thread.stamp}


def heads(threads: QuerySet[Thread]) -> list[dict[str, Any]]:
    """Rows with what the heads of the threads say, too. One query, and one if any has a summary."""
    return _heads_in_words(list(threads.values(*FIELDS, *HEAD_FIELDS)))


def heads_by_keys(keys: Collection[int]) -> list[dict[str, Any]]:
    """The same of the threads with these keys, in any order. No query without any."""
    return _heads_in_words(HEADS_BY_KEYS.rows(keys=listed(keys))) if keys else []


def _heads_in_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Such rows in the words of the fragments. One query if any has a summary."""
    links = summaries.linked(row["summary__points"] for row in rows)
    return [_shape(row) | _head(row, links) for row in rows]


def note_source(thread: Thread) -> str:
    """The note at the head of a thread as it was typed; empty without one. One query."""
    return Note.objects.filter(thread=thread).values_list("source", flat=True).first() or ""


def title_of(thread: Any) -> str:
    """The title, or a plain name while the opening it belongs to is not public."""
    if thread.opening.is_public:
        return thread.title
    return placeholder_title(thread.theme.code, thread.opening.number)


def _with_place(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    joined = {name: F(name) for name in JOINED}  # what the head says comes along
    return threads.annotate(stamp=STORED_STAMP, **joined).select_related("theme__event", "opening__author")


def _of_person(thread: int, person: int) -> QuerySet[Thread]:
    asks = Person(pk=person)
    waiting = Comment.objects.filter(thread=OuterRef("pk"), author=asks).waiting().order_by()
    follows = Follow.objects.filter(person=asks, thread=OuterRef("pk"))
    read = Reading.objects.filter(person=asks, theme=OuterRef("theme")).values("ranges")
    readable = _with_place(Thread.objects.readable_by(asks)).filter(pk=thread)
    return readable.annotate(has_waiting=Exists(waiting), is_followed=Exists(follows), read_ranges=Subquery(read))


def _public(thread: int) -> QuerySet[Thread]:
    public = _with_place(Thread.objects.public()).filter(pk=thread)
    return public.annotate(has_waiting=Value(False), is_followed=Value(False))


OF_PERSON = Compiled(_of_person, thread=int, person=int)
PUBLIC = Compiled(_public, thread=int)
BY_KEYS = PreparedDicts(lambda keys: Thread.objects.filter(pk__among=keys).values(*FIELDS), keys=str)
HEADS_BY_KEYS = PreparedDicts(
    lambda keys: Thread.objects.filter(pk__among=keys).values(*FIELDS, *HEAD_FIELDS), keys=str
)


def _placed(thread: T) -> T:
    """The same thread, whose opening knows it as its own: joined once more, it would cost as much again."""
    if thread is not None and thread.opening is not None:
        thread.opening.thread = thread
    return thread


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    """A row in the words of the fragments. The title is part of the opening: it shows and hides with it."""
    code, number = row["theme__code"], row["opening__number"]
    is_open = row["opening__status"] == Status.PUBLISHED
    return {
        "id": row["id"],
        "url": f"/threads/{row['id']}/",
        "title": row["title"] if is_open else placeholder_title(code, number),
        "label": comment_label(code, number),
        "number": number,
        "place": row["opening_id"] + (PINNED_PLACE if is_open and row["opening__is_pinned"] else 0),
        "is_pinned": is_open and row["opening__is_pinned"],
        "is_locked": row["is_locked"],
        "lock_reason": row["lock_reason"],
        "locked_text": locked_sentence(row["lock_reason"]) if row["is_locked"] else "",
        "revision": row["revision"],
        "comment_count": row["comment_count"],
        "support_total": row["opening__support_total"],
        "last_number": row["last_comment__number"] or 0,
        "count_label": comment_count(row["comment_count"]),
        "name": row["opening__author__name"],
        "initials": initials(row["opening__author__name"]),
        "group": row["opening__author__group"],
        "written_iso": iso(row["opening__created_at"]),
        "written_label": format_datetime(row["opening__created_at"], row["theme__event__timezone"]),
        "excerpt": excerpt(row["opening__version__text"]) if is_open else "",
    } | _last(row)


def _last(row: dict[str, Any]) -> dict[str, Any]:
    """Who spoke last; nobody while no comment is public."""
    spoken_at = row["last_comment__created_at"]
    return {
        "last_name": row["last_comment__author__name"] or "",
        "last_iso": iso(spoken_at) if spoken_at else "",
        "last_label": format_datetime(spoken_at, row["theme__event__timezone"]) if spoken_at else "",
    }


def _head(row: dict[str, Any], links: summaries.Links) -> dict[str, Any]:
    zone = row["theme__event__timezone"]
    head: dict[str, Any] = {
        "plan_text": plan_sentence(row["closes_at"], row["opens_at"], zone=zone),
        "closes_iso": iso(row["closes_at"]) if row["closes_at"] else "",
        "opens_iso": iso(row["opens_at"]) if row["opens_at"] else "",
        "zone": zone,
        "slow_text": slow_sentence(row["slow_minutes"]),
        "note_html": "",
        "summary": None,
    }
    if row["note__html"]:
        head["note_html"] = cleaned(row["note__html"])
        head["note_role"] = ROLE_LABELS[row["note__role"]]
        head["note_iso"], head["note_label"] = (
            iso(row["note__written_at"]),
            format_datetime(row["note__written_at"], zone),
        )
    if lists := summaries.lists(row["summary__points"], links):
        head["summary"] = {
            "lists": lists,
            "at_iso": iso(row["summary__created_at"]),
            "at_label": format_datetime(row["summary__created_at"], zone),
            "url": f"/threads/{row['id']}/summary/",
        }
    return head
