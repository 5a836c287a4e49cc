"""The summary of a thread in words, its versions, and what readers miss in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Viewer
from forum.dialogue.queries import comments
from forum.events.queries.formatting import comment_label, format_datetime, iso, placeholder_title
from forum.kernel.choices import PointKind, Status
from forum.models import Comment, PointRequest, Summary, Thread

NEWEST = 50  # versions on the page of a summary's history, and answered requests on its own
# What is withheld leaves its time and its answer.
UNSHOWN = {"is_open": False, "text": "", "name": "", "person_id": None, "comment_label": "", "comment_url": ""}
FIELDS = (
    "pk", "number", "points", "created_at", "writer__name", "is_hidden", "hidden_reason", "thread_id", "thread__title",
    "thread__continued_at__status", "thread__continued_at__number", "thread__continued_at__theme__code",
)  # fmt: skip
KIND_LABELS = dict(PointKind.choices)

Links = dict[int, dict[str, str]]


def linked(stored: Iterable[dict[str, Any] | None]) -> Links:
    """Label and address of every public comment that these summaries name. One query, none if they name nothing."""
    lines = [line for points in stored for each in (points or {}).values() for line in each]
    named = {pk for line in lines for pk in line["comments"]}
    if not named:
        return {}
    rows = Comment.objects.public().filter(pk__in=named).order_by().values_list("pk", "theme__code", "number")
    return {pk: {"label": comment_label(code, number), "url": f"/comments/{pk}/"} for pk, code, number in rows}


def lists(points: dict[str, Any] | None, links: Links) -> list[dict[str, Any]]:
    """The lists of a summary that say anything. A comment that is not public is no longer named."""
    return [
        {"kind": kind, "label": KIND_LABELS[kind], "points": [_point(point, links) for point in points[kind]]}
        for kind in PointKind.values
        if points and points.get(kind)
    ]


def _point(point: dict[str, Any], links: Links) -> dict[str, Any]:
    return {"text": point["text"], "links": [links[pk] for pk in point["comments"] if pk in links]}


def current(thread: Thread) -> dict[str, Any] | None:
    """The summary as it stands. Two queries."""
    rows = list(Summary.objects.filter(pk=thread.summary_id or 0).values(*FIELDS))
    return _versions(rows, thread)[0] if rows else None


def as_typed(thread: Thread) -> dict[str, Any]:
    """The summary as its writers type it, and its number: 0 and nothing without one. At most two queries.

    A comment that is not public keeps its label here: what its readers do not see now, they shall see again.
    """
    stored = Summary.objects.filter(pk=thread.summary_id or 0).first()
    if stored is None:
        return {"number": 0, "sources": {}}
    rows = Comment.objects.filter(pk__in=stored.named).order_by().values_list("pk", "theme__code", "number")
    labels = {pk: comment_label(code, number) for pk, code, number in rows}
    sources = {kind: _source(stored.points.get(kind, []), labels) for kind in PointKind.values}
    return {"number": stored.number, "sources": sources}


def named_in(thread: Thread, number: int) -> frozenset[int]:
    """The comments that a version of a thread's summary names, public or not. One query."""
    found = Summary.objects.filter(thread=thread, number=number).first()
    return found.named if found else frozenset()


def history(thread: Thread, *, sees_hidden: bool) -> list[dict[str, Any]]:
    """The versions of a thread's summary, the newest first, and after them those of each thread merged into it.

    Three queries. What is hidden from this reader leaves its number, time, writer and the reason.
    """
    own = Summary.objects.filter(thread=thread).order_by("-number")
    merged = _merged_into(thread).order_by("thread", "-number")
    rows = [*own.values(*FIELDS)[:NEWEST], *merged.values(*FIELDS)[:NEWEST]]
    return _versions(rows, thread, sees_hidden=sees_hidden)


def has_history(thread: Thread) -> bool:
    """Whether a thread has versions of a summary to show, its own or of one merged into it. At most one query."""
    return thread.summary_id is not None or _merged_into(thread).exists()


def version_in(thread: Thread, summary_id: int) -> Summary:
    """A version in a thread's history. Raises Summary.DoesNotExist."""
    return (Summary.objects.filter(thread=thread) | _merged_into(thread)).get(pk=summary_id)


def sentences_of(version: Summary) -> str:
    """The points of a version, one a line."""
    return "\n".join(point["text"] for kind in PointKind.values for point in version.points.get(kind, []))


def anchor(version_number: int, thread_id: int, *, in_thread: int) -> str:
    """Where a version stands on the page of a history, which also holds those of merged threads."""
    return f"version-{version_number}" if thread_id == in_thread else f"version-{version_number}-of-{thread_id}"


def _merged_into(thread: Thread) -> Any:
    return Summary.objects.filter(thread__continued_at__thread=thread)


def _versions(rows: list[dict[str, Any]], thread: Thread, *, sees_hidden: bool = False) -> list[dict[str, Any]]:
    links = linked(row["points"] for row in rows)
    return [_version(row, thread, links, is_open=sees_hidden or not row["is_hidden"]) for row in rows]


def _version(row: dict[str, Any], thread: Thread, links: Links, *, is_open: bool) -> dict[str, Any]:
    return {
        "id": row["pk"],
        "number": row["number"],
        "anchor": anchor(row["number"], row["thread_id"], in_thread=thread.pk),
        "merged_title": "" if row["thread_id"] == thread.pk else _former_title(row),
        "lists": lists(row["points"], links) if is_open else [],
        "by": row["writer__name"],
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], thread.theme.event.timezone),
        "is_current": row["pk"] == thread.summary_id,
        "is_hidden": row["is_hidden"],
        "hidden_reason": row["hidden_reason"],
        "is_open": is_open,
    }


def _former_title(row: dict[str, Any]) -> str:
    """The title of a merged thread, or a plain name while what was its opening is not public."""
    if row["thread__continued_at__status"] == Status.PUBLISHED:
        return str(row["thread__title"])
    return placeholder_title(row["thread__continued_at__theme__code"], row["thread__continued_at__number"])


def _source(points: list[dict[str, Any]], labels: dict[int, str]) -> str:
    """A list as its writers type it: one point a line, with the comments in brackets."""
    return "\n".join(f"{point['text']} [{', '.join(labels[pk] for pk in point['comments'])}]" for point in points)


def called(
    event_slug: str, labels: Iterable[tuple[str, int]], *, besides: Collection[int] = ()
) -> dict[tuple[str, int], int]:
    """The comments that are or were called so, if they are public or one of those `besides`: label → id.

    One query for each label.
    """
    may_be_named = Q(status=Status.PUBLISHED) | Q(pk__in=besides)
    found = {}
    for code, number in set(labels):
        rows = comments.called(event_slug, code, number).filter(may_be_named).values_list("pk", flat=True)
        if (pk := rows.first()) is not None:
            found[code, number] = pk
    return found


def open_count(thread: Thread) -> int:
    """How many points are said to be missing and not answered yet. One query."""
    return _of(thread).filter(answered_at=None).count()


def open_requests(thread: Thread) -> list[dict[str, Any]]:
    """What waits for an answer, the oldest first: only for who writes the summary. One query."""
    return [_request(row, thread) for row in _rows(_of(thread).filter(answered_at=None).order_by("pk"))]


def answered(person: Viewer, thread: Thread, *, decides: bool) -> list[dict[str, Any]]:
    """What was answered, the newest first. One query.

    What is withheld has its words only for who asked and for those who decide there.
    """
    requests = _of(thread).filter(answered_at__isnull=False).order_by("-answered_at")
    rows = [_request(row, thread) for row in _rows(requests)[:NEWEST]]
    return [row | UNSHOWN if row["is_withheld"] and not (decides or row["person_id"] == person.pk) else row
            for row in rows]  # fmt: skip


def own_request(person: Viewer, thread: Thread) -> dict[str, Any] | None:
    """What this person misses and has no answer to yet. One query, none for who has no account."""
    if not person.is_authenticated:
        return None
    rows = _rows(_of(thread).filter(answered_at=None, person=person.pk))
    return next((_request(row, thread) for row in rows), None)


def request_in(thread: Thread, request_id: int) -> PointRequest:
    """A request about a thread. Raises PointRequest.DoesNotExist."""
    return _of(thread).select_related("person", "comment__theme").get(pk=request_id)


def _of(thread: Thread) -> Any:
    """The requests about a thread, and about threads that were merged into it: they are still owed an answer."""
    return PointRequest.objects.filter(Q(thread=thread) | Q(thread__continued_at__thread=thread))


def _rows(requests: Any) -> Any:
    return requests.values(
        "pk", "text", "created_at", "person_id", "person__name", "answer", "answered_at", "is_withheld",
        "comment_id", "comment__number", "comment__theme__code", "comment__status",
    )  # fmt: skip


def _request(row: dict[str, Any], thread: Thread) -> dict[str, Any]:
    shows_comment = row["comment__status"] == Status.PUBLISHED
    return {
        "id": row["pk"],
        "text": row["text"],
        "name": row["person__name"],
        "person_id": row["person_id"],
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], thread.theme.event.timezone),
        "comment_label": comment_label(row["comment__theme__code"], row["comment__number"]) if shows_comment else "",
        "comment_url": f"/comments/{row['comment_id']}/" if shows_comment else "",
        "answer": row["answer"],
        "answered_label": format_datetime(row["answered_at"], thread.theme.event.timezone)
        if row["answered_at"]
        else "",
        "is_withheld": row["is_withheld"],
        "is_open": True,
        "answer_url": f"/threads/{thread.pk}/summary/requests/{row['pk']}/",
    }
