"""Reports of illegal content: for the moderators of a theme everything, for who holds a report's address its state."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import gettext

from accounts.models import Viewer
from forum.events.models.role import moderated_by
from forum.events.queries.formatting import cleaned, comment_label, format_datetime, iso
from forum.kernel.choices import ReportOutcome, Status
from forum.models import Event, IllegalReport
from forum.moderation.queries import queues
from forum.moderation.queries.queues import ALL, Asked, Place

DECIDED = 50  # decided ones that the list still shows, the newest first
OUTCOME_LABELS = dict(ReportOutcome.choices)

FIELDS = (
    "comment__theme__event__timezone",
    "pk", "created_at", "explanation", "ground", "country", "is_child_abuse", "name", "email", "outcome", "statement",
    "decided_at", "decided_by__name", "comment_id", "comment__number", "comment__status", "comment__author__name",
    "comment__theme__code", "comment__theme__position", "comment__thread__title", "version__html",
    "version_id", "comment__version_id",
)  # fmt: skip


def queue(person: Viewer, event_id: int | None, asked: Asked = ALL) -> Any:
    """The reports this person has to decide."""
    open_ones = _of(person, event_id).filter(decided_at=None)
    return queues.in_line(open_ones, asked, theme="comment__theme", since=F("created_at"))


def waiting(line: Any, *, after: Place | None = None) -> tuple[list[dict[str, Any]], int]:
    """The first cards of this queue, or those behind a place, and how many more there are. One query, two if so."""
    rows, more = queues.page(line, FIELDS, after=after)
    return [_card(row) for row in rows], more


def decided(person: Viewer, event: Event) -> list[dict[str, Any]]:
    """The reports that were decided where this person decides, the newest first. One query."""
    rows = _of(person, event.pk).filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    return [_card(row) for row in rows.values(*FIELDS)[:DECIDED]]


def get(person: Viewer, event: Event, report_id: int) -> IllegalReport:
    """A report in an event where this person decides about it. Raises IllegalReport.DoesNotExist."""
    return _of(person, event.pk).select_related("comment__thread__theme__event", "comment__version").get(pk=report_id)


def one(person: Viewer, report: IllegalReport) -> dict[str, Any]:
    """The same report as its card. One query."""
    event = report.comment.thread.theme.event
    return _card(_of(person, event.pk).values(*FIELDS).get(pk=report.pk))


def state(number: str, secret: str) -> dict[str, Any]:
    """A report for whoever holds its address: what came of it, never who sent it or what they wrote.

    Raises IllegalReport.DoesNotExist.
    """
    report = IllegalReport.objects.select_related("comment__theme__event").get(secret=secret)
    if report.number != number:
        raise IllegalReport.DoesNotExist
    comment = report.comment
    return {
        "number": report.number,
        "event": {"title": comment.theme.event.title, "url": f"/{comment.theme.event.slug}/"},
        "label": comment_label(comment.theme.code, comment.number),
        "comment_url": f"/comments/{comment.pk}/" if comment.is_public else "",
        "at_iso": iso(report.created_at),
        "at_label": format_datetime(report.created_at, comment.theme.event.timezone),
        "has_email": bool(report.email),
        "outcome_label": OUTCOME_LABELS.get(report.outcome, ""),
        "statement": report.statement,
        "decided_iso": iso(report.decided_at) if report.decided_at else "",
        "decided_label": format_datetime(report.decided_at, comment.theme.event.timezone) if report.decided_at else "",
    }


def _of(person: Viewer, event_id: int | None) -> Any:
    """The reports about which this person decides: nobody sees those about what they wrote themselves."""
    reports = IllegalReport.objects.filter(moderated_by(person, "comment__theme"))
    reports = queues.in_event(reports, "comment__theme__event", event_id)
    return reports.exclude(comment__author=person.pk)


def _card(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["pk"],
        "place": row.get("place"),
        "number": f"R-{row['created_at']:%Y}-{row['pk']:05d}",
        "comment_url": f"/comments/{row['comment_id']}/",
        "label": comment_label(row["comment__theme__code"], row["comment__number"]),
        "code": row["comment__theme__code"],
        "hue": row["comment__theme__position"],
        "title": row["comment__thread__title"],
        "author": row["comment__author__name"],
        "html": cleaned(row["version__html"]),
        "is_edited": row["version_id"] != row["comment__version_id"],
        "status_label": "" if row["comment__status"] == Status.PUBLISHED else Status(row["comment__status"]).label,
        "explanation": row["explanation"],
        "ground": ", ".join(filter(None, [row["ground"], row["country"]])),
        "is_child_abuse": row["is_child_abuse"],
        "name": row["name"] or gettext("someone who gave no name"),
        "email": row["email"],
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], row["comment__theme__event__timezone"]),
        "outcome_label": OUTCOME_LABELS.get(row["outcome"], ""),
        "statement": row["statement"],
        "decided_by": row["decided_by__name"] or "",
        "decided_iso": iso(row["decided_at"]) if row["decided_at"] else "",
        "decided_label": format_datetime(row["decided_at"], row["comment__theme__event__timezone"])
        if row["decided_at"]
        else "",
    }
