"""The summary of a thread in words, its versions, and what readers miss in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from forum.choices import PointKind, Status
from forum.models import Comment, PointRequest, Summary, Thread
from forum.queries import comments
from forum.queries.wording import iso, moment, numbered

NEWEST = 50  # versions on the page of a summary's history, and answered requests on its own
KIND_LABELS = dict(PointKind.choices)

Links = dict[int, dict[str, str]]


def linked(stored: Iterable[dict[str, Any] | None]) -> Links:
    """Label and address of every public comment that these summaries name. One query, none if they name nothing."""
    lines = [line for points in stored for each in (points or {}).values() for line in each]
    named = {pk for line in lines for pk in line["comments"]}
    if not named:
        return {}
    rows = Comment.objects.public().filter(pk__in=named).order_by().values_list("pk", "theme__letter", "number")
    return {pk: {"label": numbered(letter, number), "url": f"/comments/{pk}/"} for pk, letter, number in rows}


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
    found = _versions(Summary.objects.filter(pk=thread.summary_id or 0))
    return found[0] if found else None


def as_typed(thread: Thread) -> dict[str, Any]:
    """The summary as its writers type it, and its number: 0 and nothing without one. At most two queries.

    A comment that is not public keeps its label here: what its readers do not see now, they shall see again.
    """
    stored = Summary.objects.filter(pk=thread.summary_id or 0).first()
    if stored is None:
        return {"number": 0, "sources": {}}
    rows = Comment.objects.filter(pk__in=stored.named).order_by().values_list("pk", "theme__letter", "number")
    labels = {pk: numbered(letter, number) for pk, letter, number in rows}
    sources = {kind: _source(stored.points.get(kind, []), labels) for kind in PointKind.values}
    return {"number": stored.number, "sources": sources}


def named_in(thread: Thread, number: int) -> frozenset[int]:
    """The comments that a version of a thread's summary names, public or not. One query."""
    found = Summary.objects.filter(thread=thread, number=number).first()
    return found.named if found else frozenset()


def history(thread: Thread) -> list[dict[str, Any]]:
    """The versions of a thread's summary, the newest first. Two queries."""
    return _versions(Summary.objects.filter(thread=thread).order_by("-number")[:NEWEST])


def _versions(summaries: Any) -> list[dict[str, Any]]:
    rows = list(summaries.values("number", "points", "created_at", "writer__name"))
    links = linked(row["points"] for row in rows)
    return [
        {
            "number": row["number"],
            "lists": lists(row["points"], links),
            "by": row["writer__name"],
            "at_iso": iso(row["created_at"]),
            "at_label": moment(row["created_at"]),
        }
        for row in rows
    ]


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
    for letter, number in set(labels):
        rows = comments.called(event_slug, letter, number).filter(may_be_named).values_list("pk", flat=True)
        if (pk := rows.first()) is not None:
            found[letter, number] = pk
    return found


def open_count(thread: Thread) -> int:
    """How many points are said to be missing and not answered yet. One query."""
    return _of(thread).filter(answered_at=None).count()


def open_requests(thread: Thread) -> list[dict[str, Any]]:
    """What waits for an answer, the oldest first: only for who writes the summary. One query."""
    return [_request(row, thread) for row in _rows(_of(thread).filter(answered_at=None).order_by("pk"))]


def answered(thread: Thread) -> list[dict[str, Any]]:
    """What was answered, the newest first. One query."""
    requests = _of(thread).filter(answered_at__isnull=False).order_by("-answered_at")
    return [_request(row, thread) for row in _rows(requests)[:NEWEST]]


def own_request(person: Any, thread: Thread) -> dict[str, Any] | None:
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
        "pk", "text", "created_at", "person_id", "person__name", "answer", "answered_at", "in_summary__number",
        "comment_id", "comment__number", "comment__theme__letter", "comment__status",
    )  # fmt: skip


def _request(row: dict[str, Any], thread: Thread) -> dict[str, Any]:
    shows_comment = row["comment__status"] == Status.PUBLISHED
    return {
        "id": row["pk"],
        "text": row["text"],
        "name": row["person__name"],
        "person_id": row["person_id"],
        "at_iso": iso(row["created_at"]),
        "at_label": moment(row["created_at"]),
        "comment_label": numbered(row["comment__theme__letter"], row["comment__number"]) if shows_comment else "",
        "comment_url": f"/comments/{row['comment_id']}/" if shows_comment else "",
        "answer": row["answer"],
        "answered_label": moment(row["answered_at"]) if row["answered_at"] else "",
        "is_taken_up": row["in_summary__number"] is not None,
        "answer_url": f"/threads/{thread.pk}/summary/requests/{row['pk']}/",
    }
