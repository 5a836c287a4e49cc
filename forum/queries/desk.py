"""What waits for a decision of the moderators of an event, each with what they must know to decide."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from forum.choices import HoldKind, Status
from forum.models import Comment, Event
from forum.models.role import moderated_by
from forum.queries.reasons import sentence
from forum.queries.wording import cleaned, excerpt, iso, moment, numbered

CARDS = 25  # on a page of the desk

FIELDS = (
    "pk", "number", "created_at", "thread_id", "thread__title", "thread__opening_id", "theme__letter",
    "theme__position", "author_id", "author__name", "author__organisation", "version__html",
    "parent_id", "parent__number", "parent__version__text", "parent__author__name", "parent__status",
    "thread__opening__number", "thread__opening__version__text", "thread__opening__author__name",
    "thread__opening__status", "hold__reasons",
)  # fmt: skip


def waiting(
    person: Any, event: Event, *, letter: str = "", kind: str = "", after: int = 0
) -> tuple[list[dict[str, Any]], int]:
    """The comments that wait longest where this person decides, and how many more there are.

    Two queries, three if there are more.

    `letter` and `kind` narrow it to a theme and to what one rule held; `after` is where an earlier page ended.
    """
    held = _held(person, event.pk).filter(pk__gt=after).order_by("pk")
    if letter:
        held = held.filter(theme__letter=letter)
    if kind:
        held = held.filter(hold__reasons__icontains=f'"{HoldKind(kind).value}"')
    rows = list(held.values(*FIELDS)[: CARDS + 1])
    standing = _standing(event, {row["author_id"] for row in rows})
    cards = [_card(row, standing) for row in rows[:CARDS]]
    return cards, max(0, held.count() - len(cards)) if len(rows) > CARDS else 0


def count(person: Any, event_id: int) -> int:
    """How many comments wait for this person in an event. One query."""
    return int(_held(person, event_id).order_by().count())


def _held(person: Any, event_id: int) -> Any:
    return Comment.objects.filter(moderated_by(person), theme__event=event_id, status=Status.HELD)


def _standing(event: Event, people: set[int]) -> dict[int, dict[str, Any]]:
    """What became of what these authors wrote in the event before. One query."""
    written = Comment.objects.filter(author__in=people, theme__event=event).order_by().values("author_id")
    published, refused = Q(status=Status.PUBLISHED), Q(status__in=[Status.REJECTED, Status.REMOVED])
    rows = written.annotate(published=Count("pk", filter=published), refused=Count("pk", filter=refused))
    return {row["author_id"]: row for row in rows}


def _card(row: dict[str, Any], standing: dict[int, dict[str, Any]]) -> dict[str, Any]:
    is_opening = row["pk"] == row["thread__opening_id"]
    answered = "parent" if row["parent_id"] else "thread__opening"
    is_open = row[f"{answered}__status"] == Status.PUBLISHED
    return {
        "id": row["pk"],
        "label": numbered(row["theme__letter"], row["number"]),
        "letter": row["theme__letter"],
        "hue": row["theme__position"],
        "title": row["thread__title"],
        "url": f"/comments/{row['pk']}/",
        "to_label": "" if is_opening else numbered(row["theme__letter"], row[f"{answered}__number"]),
        "to_name": "" if is_opening else row[f"{answered}__author__name"],
        "to_excerpt": excerpt(row[f"{answered}__version__text"]) if is_open and not is_opening else "",
        "name": row["author__name"],
        "author_url": f"/people/{row['author_id']}/",
        "organisation": row["author__organisation"],
        "standing": standing.get(row["author_id"], {"published": 0, "refused": 0}),
        "html": cleaned(row["version__html"]),
        "reasons": [sentence(reason) for reason in row["hold__reasons"] or []],
        "written_iso": iso(row["created_at"]),
        "written_label": moment(row["created_at"]),
    }
