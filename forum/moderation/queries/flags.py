"""Flags as moderators see them, who set them among it; and a person's own.

Nobody is shown the flags on what they wrote themselves, not even where they moderate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Value, When

from accounts.models import Viewer
from forum.dialogue.queries import comments
from forum.events.models.role import moderated_by
from forum.events.queries.formatting import format_datetime, iso, own_zone
from forum.kernel.choices import FlagKind, Status
from forum.models import Comment, Flag, FlagCase, IllegalReport
from forum.moderation.queries import queues
from forum.moderation.queries.queues import ALL, Asked, Place

KIND_LABELS = dict(FlagKind.choices)

FIELDS = (
    "pk", "comment_id", "opened_at", "comment__theme__code", "comment__theme__position",
    "comment__thread__title", "comment__theme__event__timezone",
)  # fmt: skip


def queue(person: Viewer, event_id: int | None, asked: Asked = ALL) -> Any:
    """The flagged public comments of others about which this person decides: what is also reported as illegal first."""
    # The open cases are few, and are found first. Joined alone, SQLite may begin with all comments of the event.
    cases = FlagCase.objects.filter(pk__in=FlagCase.objects.filter(closed_at=None).values("pk"))
    cases = cases.filter(moderated_by(person, "comment__theme"))
    cases = queues.in_event(cases, "comment__theme__event", event_id)
    cases = cases.filter(comment__status=Status.PUBLISHED).exclude(comment__author=person.pk)
    reported = Exists(IllegalReport.objects.filter(comment=OuterRef("comment"), decided_at=None))
    rank = Case(When(reported, then=Value(0)), default=Value(1))
    return queues.in_line(cases, asked, theme="comment__theme", since=F("opened_at"), rank=rank)


def waiting(person: Viewer, line: Any, *, after: Place | None = None) -> tuple[list[dict[str, Any]], int]:
    """The first cards of this queue with their flags, or those behind a place, and how many more there are.

    Three queries, four if there are more.
    """
    rows, more = queues.page(line, FIELDS, after=after)
    ids = [row["comment_id"] for row in rows]
    flags = of_comments(person, ids)
    texts = {row["id"]: row for row in comments.shown(Comment.objects.filter(pk__in=ids))} if ids else {}
    return [_card(row, flags[row["comment_id"]], texts[row["comment_id"]]) for row in rows], more


def of_comments(person: Viewer, comment_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The undecided flags on those of these comments about which this person decides, the oldest first. One query.

    Of a comment without any there is an empty list.
    """
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    where = moderated_by(person, "case__comment__theme")
    flags = Flag.objects.filter(where, case__comment__in=list(comment_ids), case__closed_at=None)
    rows = flags.exclude(case__comment__author=person.pk).order_by("pk").values(
        "case__comment_id", "kind", "note", "weight", "created_at", "person_id", "person__name",
        "case__comment__theme__event__timezone",
    )  # fmt: skip
    for row in rows:
        found[row["case__comment_id"]].append(
            {
                "kind_label": KIND_LABELS[row["kind"]],
                "note": row["note"],
                "name": row["person__name"],
                "url": f"/people/{row['person_id']}/",
                "weight": f"{row['weight']:.1f}",
                "at_iso": iso(row["created_at"]),
                "at_label": format_datetime(row["created_at"], row["case__comment__theme__event__timezone"]),
            }
        )
    return found


def own(person: Viewer, comment_id: int) -> dict[str, Any] | None:
    """This person's undecided flag on a comment, if there is one. One query."""
    flags = Flag.objects.filter(person=person.pk, case__comment=comment_id, case__closed_at=None)
    row = flags.values("kind", "note", "created_at", "case__comment__theme__event__timezone").first()
    if row is None:
        return None
    zone = own_zone(person, row["case__comment__theme__event__timezone"])
    at = {"at_iso": iso(row["created_at"]), "at_label": format_datetime(row["created_at"], zone)}
    return {"kind_label": KIND_LABELS[row["kind"]], "note": row["note"]} | at


def _card(row: dict[str, Any], flags: list[dict[str, Any]], text: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["comment_id"],
        "case_id": row["pk"],
        "place": row["place"],
        "code": row["comment__theme__code"],
        "hue": row["comment__theme__position"],
        "title": row["comment__thread__title"],
        "label": text["label"],
        "url": text["url"],
        "is_reported": row["rank"] == 0,
        "opened_iso": iso(row["opened_at"]),
        "opened_label": format_datetime(row["opened_at"], row["comment__theme__event__timezone"]),
        "flags": flags,
        "comment": text,
    }
