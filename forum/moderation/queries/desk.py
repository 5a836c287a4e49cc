"""What waits for a decision of the moderators of an event, each with what they must know to decide."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext

from accounts.models import Viewer
from forum.dialogue.models.comment import seen_of
from forum.dialogue.models.log import LEFT
from forum.dialogue.queries.hold_reasons import sentence
from forum.events.models.role import moderated_by
from forum.events.queries.formatting import comment_label, excerpt, format_datetime, format_time, group_label, iso
from forum.kernel.choices import INTERNAL_ACTS, Act, HoldKind, Status
from forum.models import Claim, Comment, Event, LogEntry
from forum.moderation.queries import queues
from forum.moderation.queries.queues import ALL, Asked, Place

LAST = 3  # earlier decisions about what an author wrote, on each card

FIELDS = (
    "pk", "number", "created_at", "thread_id", "thread__title", "thread__opening_id", "theme__code",
    "theme__position", "author_id", "author__name", "author__group", "author__organisation", "version__html",
    "version_id", "status", "parent_id", "parent__number", "parent__version__text", "parent__author__name",
    "parent__status", "level", "thread__opening__number", "thread__opening__version__text",
    "thread__opening__author__name", "thread__opening__status", "hold__reasons", "hold__created_at",
    "theme__event__timezone",
)  # fmt: skip

# Each count is of an index alone, and ends where no moderator would decide otherwise.
MANY = 1_000  # published comments of one author
OWN = "said.author_id = person.id AND said.theme_id = place.id"
STANDING = f"""
    SELECT person.id,
        (SELECT count(*) FROM (
            SELECT 1 FROM forum_comment AS said WHERE {OWN} AND said.status = '{Status.PUBLISHED.value}'
            LIMIT {MANY + 1}) AS first),
        (SELECT count(*) FROM forum_comment AS said
            WHERE {OWN} AND said.status IN ('{Status.REJECTED.value}', '{Status.REMOVED.value}'))
    FROM accounts_person AS person CROSS JOIN forum_theme AS place"""  # noqa: S608 - our own names


def queue(person: Viewer, event_id: int | None, asked: Asked = ALL) -> Any:
    """The comments of others that wait for this person in an event, or in all events."""
    held = Comment.objects.filter(moderated_by(person), status=Status.HELD)
    held = queues.in_event(held, "theme__event", event_id)
    held = held.exclude(author=person.pk)
    if kind := asked.kind:
        held = held.filter(hold__reasons__icontains=f'"kind": "{HoldKind(kind).value}"')
    # What was imported as held has no hold.
    return queues.in_line(held, asked, theme="theme", since=Coalesce("hold__created_at", "created_at"))


def waiting(
    person: Viewer, event: Event, line: Any, *, after: Place | None = None, now: datetime
) -> tuple[list[dict[str, Any]], int]:
    """The first cards of this queue, or those behind a place, and how many more there are. Four queries, five if so."""
    rows, more = queues.page(line, FIELDS, after=after)
    return _cards(event.pk, rows, person, now), more


def own_waiting(person: Viewer, event_id: int) -> int:
    """How many comments of this person's own wait in an event: for a colleague, if they moderate it. One query."""
    own = Comment.objects.filter(author=person.pk, theme__event=event_id, status=Status.HELD)
    return int(own.order_by().count())


def card(person: Viewer, comment: Any, *, now: datetime) -> dict[str, Any]:
    """The card of one comment, whatever its state is. Four queries."""
    rows = list(Comment.objects.filter(pk=comment.pk).values(*FIELDS))
    return _cards(comment.thread.theme.event_id, rows, person, now)[0]


def states(person: Viewer, event_id: int, comment_ids: Collection[int], *, now: datetime) -> dict[int, dict[str, Any]]:
    """What became of the cards that somebody has before them: still waiting, claimed by whom, or decided by whom.

    Three queries.
    """
    seen = Comment.objects.filter(moderated_by(person), theme__event=event_id, pk__in=comment_ids).order_by()
    rows = {row["pk"]: row for row in seen.values("pk", "status", "version_id")}
    claims, decided = _claims(rows, person, now), last_decisions(rows)
    return {
        pk: {
            "is_waiting": row["status"] == Status.HELD,
            "status": row["status"],
            "seen": seen_of(row["version_id"], row["status"]),
            "claim": claims.get(pk, ""),
            "decided": decided.get(pk, {}),
        }
        for pk, row in rows.items()
    }


def last_decisions(comment_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The newest public decision about each of these comments: what, by whom, when. One query."""
    entries = LogEntry.objects.filter(comment__in=comment_ids).exclude(act__in=INTERNAL_ACTS).order_by("id")
    rows: Any = entries.values(
        "id", "comment_id", "act", "actor__name", "reason", "created_at", "batch", "event__timezone"
    )
    return {row["comment_id"]: _decision(row) for row in rows}


def cards(person: Viewer, event_id: int, comment_ids: Collection[int], *, now: datetime) -> list[dict[str, Any]]:
    """The cards of those of these comments that wait for this person. Four queries."""
    rows = list(queue(person, event_id).filter(pk__in=comment_ids).values(*FIELDS))
    return _cards(event_id, rows, person, now)


def _claims(comment_ids: Collection[int], person: Viewer, now: datetime) -> dict[int, str]:
    """Who else is looking at which card. One query."""
    others = Claim.objects.filter(comment__in=comment_ids, until__gt=now).exclude(holder=person.pk)
    return dict(others.values_list("comment_id", "holder__name"))


def _cards(event_id: int, rows: list[dict[str, Any]], person: Viewer, now: datetime) -> list[dict[str, Any]]:
    authors = {row["author_id"] for row in rows}
    standing, previous = _standing(event_id, authors), _previous_decisions(event_id, authors)
    claims = _claims([row["pk"] for row in rows], person, now)
    return [
        _card(row, standing)
        | {"claim": claims.get(row["pk"], ""), "previous_decisions": previous.get(row["author_id"], [])}
        for row in rows
    ]


def _standing(event_id: int, people: set[int]) -> dict[int, dict[str, Any]]:
    """What became of what these authors wrote in the event before. One query."""
    if not people:
        return {}
    keys = ", ".join(["%s"] * len(people))
    published: Counter[int] = Counter()
    refused: Counter[int] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(f"{STANDING} WHERE person.id IN ({keys}) AND place.event_id = %s", [*people, event_id])
        for key, *counts in cursor.fetchall():
            published[key] += counts[0]
            refused[key] += counts[1]
    return {
        key: {"published": f"{MANY:,}+" if published[key] > MANY else published[key], "refused": refused[key]}
        for key in people
    }


def _previous_decisions(event_id: int, people: set[int]) -> dict[int, list[dict[str, Any]]]:
    """The last three decisions about each author's comments. One query."""
    about = LogEntry.objects.filter(event=event_id, comment__author__in=people).exclude(act__in=INTERNAL_ACTS)
    # Numbered for each author: somebody about whom much was decided takes no place from the others.
    place = Window(RowNumber(), partition_by="comment__author_id", order_by="-id")
    # The keys first: what the cards show would be fetched for every decision about these authors.
    last = about.annotate(place=place).filter(place__lte=LAST).order_by().values("pk")
    rows: Any = LogEntry.objects.filter(pk__in=last).order_by("-id").values(
        "id", "comment__author_id", "act", "actor__name", "reason", "created_at", "comment_id", "batch",
        "event__timezone",
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["comment__author_id"]].append(_decision(row))
    return found


def _decision(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "entry": row["id"],
        "led_to": LEFT.get(row["act"]),  # the state it left the comment in
        "what": str(Act(row["act"]).label),
        "by": row["actor__name"] or gettext("the rules of this event"),
        "at_label": format_time(row["created_at"], row["event__timezone"]),
        "on_label": format_datetime(row["created_at"], row["event__timezone"]),
        "reason": row["reason"],
        "batch": row["batch"],
    }


def _card(row: dict[str, Any], standing: dict[int, dict[str, Any]]) -> dict[str, Any]:
    is_opening = row["pk"] == row["thread__opening_id"]
    answered = "parent" if row["parent_id"] else "thread__opening"
    is_open = row[f"{answered}__status"] == Status.PUBLISHED
    reasons, since = row["hold__reasons"] or [], row["hold__created_at"] or row["created_at"]
    return {
        "id": row["pk"],
        "label": comment_label(row["theme__code"], row["number"]),
        "code": row["theme__code"],
        "hue": row["theme__position"],
        "title": row["thread__title"],
        "url": f"/comments/{row['pk']}/",
        "to_label": "" if is_opening else comment_label(row["theme__code"], row[f"{answered}__number"]),
        "to_name": "" if is_opening else row[f"{answered}__author__name"],
        "to_excerpt": excerpt(row[f"{answered}__version__text"]) if is_open and not is_opening else "",
        "level": 0 if is_opening else row["level"] + 1,
        "name": row["author__name"],
        "author_id": row["author_id"],
        "author_url": f"/people/{row['author_id']}/",
        "group": row["author__group"],
        "group_label": group_label(row["author__group"]),
        "organisation": row["author__organisation"],
        "standing": standing[row["author_id"]],
        "source_html": row["version__html"],
        "words": [word for reason in reasons if reason["kind"] == HoldKind.WORDS for word in reason["words"]],
        "reasons": [sentence(reason) for reason in reasons],
        "seen": seen_of(row["version_id"], row["status"]),
        "is_waiting": row["status"] == Status.HELD,
        "held_iso": iso(since),
        "held_label": format_datetime(since, row["theme__event__timezone"]),
        "place": row.get("place"),
        "written_iso": iso(row["created_at"]),
        "written_label": format_datetime(row["created_at"], row["theme__event__timezone"]),
    }
