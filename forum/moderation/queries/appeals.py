"""Appeals: for those who decide them, and for their authors."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext

from accounts.models import Viewer
from forum.dialogue.queries.notices import appeal_address
from forum.dialogue.queries.waiting import in_words
from forum.events.queries.formatting import cleaned, comment_label, format_datetime, group_label, iso
from forum.kernel.choices import Act, Outcome
from forum.models import Appeal, Event, LogEntry
from forum.moderation.queries import deciders, queues
from forum.moderation.queries.queues import ALL, Asked, Place

DECIDED = 25  # on a page

FIELDS = (
    "pk", "text", "created_at", "author_id", "author__name", "author__group", "author__organisation",
    "entry__act", "entry__reason", "entry__article__title",
    "entry__created_at", "entry__actor__name", "entry__comment_id", "entry__comment__number",
    "entry__comment__version__html", "entry__comment__theme__code", "entry__comment__theme__position",
    "entry__comment__thread__title", "entry__event__timezone",
)  # fmt: skip


OUTCOME_FIELDS = (
    "pk", "author_id", "author__name", "created_at", "outcome", "answer", "decided_at", "decided_by_id",
    "decided_by__name", "entry__act", "entry__comment_id", "entry__comment__number", "entry__comment__theme_id",
    "entry__comment__theme__code", "entry__event__timezone",
)  # fmt: skip


def get(person: Viewer, appeal_id: int) -> Appeal:
    """An appeal that this person may read, with all it is about. Raises Appeal.DoesNotExist."""
    related = ("entry__comment__thread__theme__event", "entry__comment__version", "entry__actor", "author")
    return Appeal.objects.readable_by(person).select_related(*related).get(pk=appeal_id)


def queue(person: Viewer, event_id: int | None, asked: Asked = ALL) -> Any:
    """The appeals about which this person decides."""
    appeals = queues.in_event(Appeal.objects.waiting().for_decider(person), "entry__event", event_id)
    return queues.in_line(appeals, asked, theme="entry__comment__theme", since=F("created_at"))


def waiting(line: Any, *, after: Place | None = None) -> tuple[list[dict[str, Any]], int]:
    """The first cards of this queue, or those behind a place, and how many more there are. One query, two if so."""
    rows, more = queues.page(line, FIELDS, after=after)
    return [_card(row) for row in rows], more


def decided(
    person: Viewer, event: Event, *, before: int | None = None, is_colleague: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """What became of appeals in an event, the newest first, from below `before` on, and whether there is more.

    Those that this person sent or could have decided; their own also before that. Two queries.
    """
    theirs = Q(author=person) | Q(decided_at__isnull=False)
    rows = Appeal.objects.readable_by(person).filter(theirs, entry__event=event)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk").values(*OUTCOME_FIELDS)[: DECIDED + 1])
    roles = deciders.roles_in(event, (row["decided_by_id"] for row in found[:DECIDED]))
    with_names = event.log_names or is_colleague
    return [_outcome(person, row, roles, with_names) for row in found[:DECIDED]], len(found) > DECIDED


def count(person: Viewer, event_id: int) -> int:
    """How many appeals wait for this person in an event. One query."""
    return queues.count(queue(person, event_id))


def card(appeal: Any) -> dict[str, Any]:
    """One appeal with the case it is about. One query."""
    return _card(Appeal.objects.values(*FIELDS).get(pk=appeal.pk))


def told(entry: LogEntry, appeal: Appeal | None, *, zone: str) -> dict[str, Any]:
    """What the author of a comment reads about a decision that holds, and about their appeal."""
    return {
        "act_label": str(Act(entry.act).label),
        "reason": entry.reason,
        "at_label": format_datetime(entry.created_at, zone),
        "text": appeal.text if appeal else "",
        "sent_label": format_datetime(appeal.created_at, zone) if appeal else "",
        "outcome": str(Outcome(appeal.outcome).label) if appeal and appeal.outcome else "",
        "answer": appeal.answer if appeal else "",
        "decided_label": format_datetime(appeal.decided_at, zone) if appeal and appeal.decided_at else "",
        "url": "" if appeal or entry.comment_id is None else appeal_address(entry.comment_id),
    }


def _outcome(person: Viewer, row: dict[str, Any], roles: deciders.Roles, with_names: bool) -> dict[str, Any]:
    is_own = row["author_id"] == person.pk
    shape = {
        "id": row["pk"],
        "label": comment_label(row["entry__comment__theme__code"], row["entry__comment__number"]),
        "url": appeal_address(row["entry__comment_id"]) if is_own else f"/appeals/{row['pk']}/",
        "name": "" if is_own else row["author__name"],
        "act_label": str(Act(row["entry__act"]).label),
        "outcome": gettext("Not decided yet"),
        "answer": row["answer"],
        "by": "",
        "took": "",
        "sent_iso": iso(row["created_at"]),
        "sent_label": format_datetime(row["created_at"], row["entry__event__timezone"]),
    }
    if row["decided_at"] is None:
        return shape
    theme_id = row["entry__comment__theme_id"]
    return shape | {
        "outcome": str(Outcome(row["outcome"]).label),
        "by": deciders.named(row["decided_by_id"], row["decided_by__name"], roles, theme_id, with_names=with_names),
        "took": in_words(row["decided_at"] - row["created_at"]),
    }


def _card(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["pk"],
        "place": row.get("place"),
        "url": f"/appeals/{row['pk']}/",
        "label": comment_label(row["entry__comment__theme__code"], row["entry__comment__number"]),
        "code": row["entry__comment__theme__code"],
        "hue": row["entry__comment__theme__position"],
        "title": row["entry__comment__thread__title"],
        "comment_url": f"/comments/{row['entry__comment_id']}/",
        "html": cleaned(row["entry__comment__version__html"]),
        "name": row["author__name"],
        "author_url": f"/people/{row['author_id']}/",
        "group": row["author__group"],
        "group_label": group_label(row["author__group"]),
        "organisation": row["author__organisation"],
        "act_label": str(Act(row["entry__act"]).label),
        "article": row["entry__article__title"] or "",
        "reason": row["entry__reason"],
        "by": gettext("by %(name)s") % {"name": row["entry__actor__name"]},
        "decided_iso": iso(row["entry__created_at"]),
        "decided_label": format_datetime(row["entry__created_at"], row["entry__event__timezone"]),
        "text": row["text"],
        "sent_iso": iso(row["created_at"]),
        "sent_label": format_datetime(row["created_at"], row["entry__event__timezone"]),
    }
