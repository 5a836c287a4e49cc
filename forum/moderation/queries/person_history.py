"""What the moderators of an event know of somebody who writes in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext

from accounts.models import Person, Viewer
from forum.events.models.role import DECIDING
from forum.events.queries.formatting import comment_label, excerpt, format_datetime, iso
from forum.kernel.choices import Act, Status
from forum.models import Comment, Event, LogEntry, Role, Theme, Trust

DECISIONS = 10  # of the last ones, on a person's page
NAMED = 20  # comments of a removal shown before it happens


def writer(event: Event, person_id: int) -> Person:
    """Somebody who wrote anything in this event, public or not. Raises Person.DoesNotExist for everybody else.

    So nobody learns from a number who has an account. Two queries.
    """
    person = Person.objects.get(pk=person_id)
    if not Comment.objects.filter(author=person_id, theme__event=event).order_by().exists():
        raise Person.DoesNotExist
    return person


def standing(event: Event, person_id: int) -> dict[str, int]:
    """What became of what somebody wrote in an event. One query."""
    counts = {
        "published": Q(status=Status.PUBLISHED),
        "held": Q(status__in=[Status.HELD, Status.REVISION]),
        "rejected": Q(status=Status.REJECTED),
        "removed": Q(status=Status.REMOVED),
        "withdrawn": Q(status=Status.WITHDRAWN),
    }
    written = Comment.objects.filter(author=person_id, theme__event=event).order_by()
    return written.aggregate(**{name: Count("pk", filter=condition) for name, condition in counts.items()})


def decisions(viewer: Viewer, event: Event, person_id: int) -> list[dict[str, Any]]:
    """The last decisions about somebody's comments that `viewer` may know of, the newest first. One query."""
    known = LogEntry.objects.filter(event=event, comment__author=person_id).readable_by(viewer)
    rows: Any = known.order_by("-pk").values(
        "act", "reason", "created_at", "comment_id", "comment__number", "comment__theme__code", "actor__name",
    )[:DECISIONS]  # fmt: skip
    return [
        {
            "act_label": str(Act(row["act"]).label),
            "label": comment_label(row["comment__theme__code"], row["comment__number"]),
            "url": f"/comments/{row['comment_id']}/",
            "reason": row["reason"],
            "by": _by(row),
            "at_iso": iso(row["created_at"]),
            "at_label": format_datetime(row["created_at"], event.timezone),
        }
        for row in rows
    ]


def _by(row: dict[str, Any]) -> str:
    """Who decided. Without anybody only the flags of participants hold a comment."""
    if row["actor__name"] is None:
        return gettext("automatically, after several flags")
    return gettext("by %(name)s") % {"name": row["actor__name"]}


def trusts(event: Event, person_id: int) -> list[dict[str, Any]]:
    """Where moderators let somebody's comments pass, in the event or in single themes. One query."""
    rows = Trust.objects.filter(event=event, person=person_id).order_by("pk")
    return [
        {
            "place": gettext("Theme %(code)s") % {"code": row["theme__code"]}
            if row["theme__code"]
            else gettext("Whole event"),
            "by": row["by__name"],
            "at_iso": iso(row["created_at"]),
            "at_label": format_datetime(row["created_at"], event.timezone),
            "end_url": f"/{event.slug}/moderation/trust/{row['pk']}/end/",
        }
        for row in rows.values("pk", "theme__code", "by__name", "created_at")
    ]


def trust(event: Event, trust_id: int) -> Trust:
    """One of these, with whom it is about. Raises Trust.DoesNotExist."""
    return Trust.objects.select_related("person", "theme").get(pk=trust_id, event=event)


def clearings(event: Event, person_id: int) -> list[dict[str, Any]]:
    """The times when somebody's comments were removed as one, the newest first. One query."""
    rows = LogEntry.objects.not_reversed().filter(event=event, person=person_id, act=Act.BULK_REMOVE).order_by("-pk")
    return [
        {
            "text": gettext("Removed together on %(time)s by %(name)s: %(reason)s")
            % {
                "time": format_datetime(row["created_at"], event.timezone),
                "name": row["actor__name"],
                "reason": row["reason"],
            },
            "undo_url": f"/{event.slug}/moderation/removals/{row['pk']}/undo/",
        }
        for row in rows.values("pk", "created_at", "reason", "actor__name")
    ]


def clearing(event: Event, entry_id: int) -> LogEntry:
    """One of these. Raises LogEntry.DoesNotExist."""
    cleared = LogEntry.objects.not_reversed().filter(event=event, act=Act.BULK_REMOVE)
    return cleared.select_related("person").get(pk=entry_id)


def named(comments: Any) -> dict[str, Any]:
    """What a removal takes in: how many comments, the newest key, and the newest of them by name. Two queries."""
    rows = comments.values("pk", "number", "theme__code", "theme__event__timezone", "version__text", "created_at")[
        :NAMED
    ]
    shown = [
        {
            "url": f"/comments/{row['pk']}/",
            "label": comment_label(row["theme__code"], row["number"]),
            "excerpt": excerpt(row["version__text"]),
            "at_label": format_datetime(row["created_at"], row["theme__event__timezone"]),
        }
        for row in rows
    ]
    return {"count": comments.count(), "last": rows[0]["pk"] if shown else 0, "rows": shown}


def moderated_places(viewer: Viewer, person_id: int) -> list[dict[str, str]]:
    """The events in which `viewer` decides and this person wrote. One query, two if `viewer` decides anywhere."""
    decides = list(Role.objects.filter(person=viewer.pk, kind__in=DECIDING).values_list("event", flat=True).distinct())
    if not decides or viewer.pk == person_id:
        return []
    themes = Comment.objects.filter(author=person_id, theme__event__in=decides).order_by().values("theme")
    events = Theme.objects.filter(pk__in=themes).order_by("event").values_list("event__slug", "event__title")
    return [{"title": title, "url": f"/{slug}/moderation/people/{person_id}/"} for slug, title in dict(events).items()]


def size_of(entry: LogEntry) -> int:
    """How many comments were decided about as one. One query."""
    return LogEntry.objects.filter(batch=entry.batch, comment__isnull=False).count()
