"""The public record of moderation."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from forum.choices import INTERNAL_ACTS, Act, Status
from forum.models import Event, LogEntry, Role, Thread
from forum.models.role import DECIDING, moderated_by
from forum.queries.wording import iso, moment, numbered

NEWEST = 200  # entries on the page
ACT_LABELS = dict(Act.choices)


def events_moderated(person: Any) -> list[int]:
    """The events in which somebody decides anywhere. One query."""
    roles = Role.objects.filter(person=person.pk, kind__in=DECIDING).order_by()
    return list(roles.values_list("event_id", flat=True).distinct())


def log_of(person: Any, event: Event) -> list[dict[str, Any]]:
    """The newest entries, never with the text they were about. Links only where this person may follow them."""
    sees = Exists(Thread.objects.filter(moderated_by(person), pk=OuterRef("thread")))
    entries = LogEntry.objects.filter(event=event).annotate(sees=sees).exclude(sees=False, act__in=INTERNAL_ACTS)
    rows = entries.order_by("-id").values(
        "sees", "act", "actor_id", "reason", "created_at", "comment_id", "comment__number", "comment__is_shown",
        "thread_id",
        "thread__opening__number", "thread__continued_at__number", "thread__comment_count",
        "thread__theme__letter", "version__number", "comment__status", "theme__letter", "theme__title", "theme__slug",
        "event__slug",
    )[:NEWEST]  # fmt: skip
    return [_shape(row) for row in rows]


def _shape(row: Any) -> dict[str, Any]:
    letter = row["thread__theme__letter"]
    if not row["thread_id"]:
        label, url, is_open = _theme_of(row)
    elif row["version__number"]:
        words = {"label": numbered(letter, row["comment__number"]), "number": row["version__number"]}
        label = gettext("%(label)s, version %(number)s") % words
        url = f"/comments/{row['comment_id']}/history/#version-{row['version__number']}"
        is_open = row["comment__status"] == Status.PUBLISHED
    elif row["comment_id"]:
        label, url = numbered(letter, row["comment__number"]), f"/comments/{row['comment_id']}/"
        is_open = row["comment__is_shown"]
    else:
        label, url = numbered(letter, _number_of(row)), f"/threads/{row['thread_id']}/"
        is_open = row["thread__comment_count"] > 0
    return {
        "act_label": ACT_LABELS[row["act"]],
        "label": label,
        "url": url if is_open or row["sees"] else "",
        "reason": row["reason"],
        "by": gettext("the rules of this event") if row["actor_id"] is None else "",
        "at_iso": iso(row["created_at"]),
        "at_label": moment(row["created_at"]),
    }


def _theme_of(row: Any) -> tuple[str, str, bool]:
    """What an entry without a thread is about: a whole theme, or the event."""
    if not row["theme__slug"]:
        return "", "", False
    return f"{row['theme__letter']}. {row['theme__title']}", f"/{row['event__slug']}/{row['theme__slug']}/", True


def _number_of(row: Any) -> int:
    """What a thread is called by: its opening, or what was its opening before it was merged into another."""
    return int(row["thread__opening__number"] or row["thread__continued_at__number"])
