"""Sanctions in words: for the person they concern, and for the moderators."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.models import Viewer
from forum.dialogue.models.sanction import ENDING_SESSIONS
from forum.events.queries.formatting import format_datetime, iso
from forum.kernel.choices import SanctionKind
from forum.models import Event, Sanction

# What happened, and what that means for its person; the names are those of the facts below.
SAYS: dict[str, tuple[Any, Any]] = {
    SanctionKind.WARNING: (
        gettext_lazy("A moderator has warned you."),
        gettext_lazy("Please confirm that you have read this. Until then you cannot post in %(place)s."),
    ),
    SanctionKind.PACE: (gettext_lazy("A moderator has set a posting limit for you."), ""),
    SanctionKind.SILENCE: (
        gettext_lazy("A moderator has silenced you."),
        gettext_lazy("You can read everything, but you cannot post in %(place)s. Your drafts are kept."),
    ),
    SanctionKind.SUSPENSION: (
        gettext_lazy("The organisers have suspended you."),
        gettext_lazy("You cannot log in. You can read everything without logging in, and your drafts are kept."),
    ),
    SanctionKind.BAN: (
        gettext_lazy("You are banned from this site."),
        gettext_lazy("You can read everything without logging in."),
    ),
}
FACTS = (
    "kind", "pace", "reason", "ends_at", "lift_reason", "theme__code", "theme__title", "event__title",
    "event__contact", "event__timezone", "person__time_zone",
)  # fmt: skip


def what_happened(facts: dict[str, Any]) -> str:
    """A sanction in one sentence, for its person. `facts` has the values of FACTS."""
    return str(SAYS[facts["kind"]][0])


def sentences(facts: dict[str, Any]) -> list[str]:
    """The same in full: what it means, why, until when, whom to ask."""
    place = f"{facts['theme__code']}. {facts['theme__title']}" if facts["theme__code"] else facts["event__title"]
    meaning = str(SAYS[facts["kind"]][1]) % {"place": f"“{place}”"}
    if facts["kind"] == SanctionKind.PACE:
        meaning = ngettext(
            "You can post at most %(pace)s comment per hour in %(place)s.",
            "You can post at most %(pace)s comments per hour in %(place)s.",
            facts["pace"],
        ) % {"pace": facts["pace"], "place": f"“{place}”"}
    said = [
        meaning,
        gettext("The reason: %(reason)s") % {"reason": facts["reason"]},
        until(facts["ends_at"], facts["person__time_zone"] or facts["event__timezone"]),
    ]
    if facts["event__contact"]:
        said.append(gettext("If you think this is wrong, write to %(contact)s.") % {"contact": facts["event__contact"]})
    return said


def lifted(facts: dict[str, Any]) -> list[str]:
    """That a sanction ended before its time, for its person."""
    kind = SanctionKind(facts["kind"]).label
    said = [gettext("The sanction was: %(kind)s, in “%(event)s”.") % {"kind": kind, "event": facts["event__title"]}]
    if facts["lift_reason"]:
        said.append(gettext("The reason: %(reason)s") % {"reason": facts["lift_reason"]})
    return said


def until(ends_at: datetime | None, zone: str) -> str:
    if ends_at is None:
        return gettext("It lasts until a moderator lifts it.")
    return gettext("It ends automatically on %(time)s.") % {"time": format_datetime(ends_at, zone)}


def named(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The facts of a sanction out of a row that has them behind a prefix."""
    return {name: row[f"{prefix}{name}"] for name in FACTS}


def told(sanction_id: int, *, now: datetime) -> dict[str, Any]:
    """A sanction as its person reads it. One query."""
    row = Sanction.objects.values(*FACTS, "pk", "acknowledged_at", "lifted_at", "event__slug").get(pk=sanction_id)
    is_over = row["lifted_at"] is not None or (row["ends_at"] is not None and row["ends_at"] <= now)
    return {
        "what": what_happened(row),
        "said": sentences(row) if row["lifted_at"] is None else [sentences(row)[1], *lifted(row)[1:]],
        "url": f"/sanctions/{row['pk']}/",
        "asks": row["kind"] == SanctionKind.WARNING and not row["acknowledged_at"] and not is_over,
        "is_over": is_over,
        "event_title": row["event__title"],
        "event_url": f"/{row['event__slug']}/",
    }


def get(person: Viewer, sanction_id: int) -> Sanction:
    """A sanction of this very person. Raises Sanction.DoesNotExist."""
    return Sanction.objects.get(pk=sanction_id, person=person.pk)


def in_event(event_id: int, sanction_id: int) -> Sanction:
    """A sanction of an event, with its person. Raises Sanction.DoesNotExist."""
    return Sanction.objects.select_related("person", "event").get(pk=sanction_id, event=event_id)


def several(sanction_ids: Collection[int]) -> list[Sanction]:
    """These, with their people. One query, none for none."""
    return list(Sanction.objects.select_related("person").filter(pk__in=sanction_ids)) if sanction_ids else []


def shutting_out(person: Viewer, *, now: datetime) -> dict[str, Any] | None:
    """Why somebody cannot log in now, as they read it; None if they can. At most two queries."""
    found = Sanction.objects.filter(person=person.pk, kind__in=ENDING_SESSIONS).effective(now)
    keys = sorted(found.values_list("ends_at", "pk"), key=lambda row: (row[0] is None, row[0] or now))
    return told(keys[-1][1], now=now) if keys else None


def of_people(people: Collection[int], event_id: int, *, now: datetime) -> dict[int, list[str]]:
    """What holds for these people in an event, in a few words each, for the cards of the desk. One query."""
    held = Sanction.objects.filter(person__in=people, event=event_id).effective(now).order_by("pk")
    rows: Any = held.values("person_id", "kind", "pace", "theme__code", "ends_at", "event__timezone")
    made: dict[int, list[str]] = {}
    for row in rows:
        made.setdefault(row["person_id"], []).append(briefly(row))
    return made


def briefly(row: dict[str, Any]) -> str:
    """A sanction in a few words, such as "Silence in P until 3 Mar 2026, 12:00 Baku time"."""
    words = str(SanctionKind(row["kind"]).label)
    if row["pace"]:
        words = gettext("Posting limit: %(pace)s per hour") % {"pace": row["pace"]}
    if row["theme__code"]:
        words = gettext("%(words)s in theme %(code)s") % {"words": words, "code": row["theme__code"]}
    if row["ends_at"]:
        return gettext("%(words)s until %(time)s") % {
            "words": words,
            "time": format_datetime(row["ends_at"], row["event__timezone"]),
        }
    return gettext("%(words)s until it is lifted") % {"words": words}


def of_event(viewer: Viewer, event: Event, *, now: datetime) -> list[dict[str, Any]]:
    """What holds in an event now, the newest first, for moderators. One query."""
    return shown(viewer, Sanction.objects.filter(event=event).effective(now), now=now)


def of_person(viewer: Viewer, event: Event, person_id: int, *, now: datetime) -> list[dict[str, Any]]:
    """All sanctions ever imposed on a person in an event, the newest first, for moderators. One query."""
    return shown(viewer, Sanction.objects.filter(event=event, person=person_id), now=now)


def shown(viewer: Viewer, sanctions: Any, *, now: datetime) -> list[dict[str, Any]]:
    """Rows for moderators, with the private notes except those about the viewer, who moderates, too."""
    rows: Iterable[dict[str, Any]] = sanctions.order_by("-pk").values(
        "pk", "person_id", "person__name", "kind", "pace", "theme_id", "theme__code", "ends_at", "reason", "note",
        "by__name", "created_at", "acknowledged_at", "lifted_at", "lifted_by__name", "lift_reason", "event__slug",
        "event__timezone",
    )  # fmt: skip
    return [_shape(row | {"note": ""} if row["person_id"] == viewer.pk else row, now) for row in rows]


def _shape(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    is_over = row["lifted_at"] is not None or (row["ends_at"] is not None and row["ends_at"] <= now)
    people = f"/{row['event__slug']}/moderation/people/"
    return {
        "id": row["pk"],
        "name": row["person__name"],
        "person_url": f"{people}{row['person_id']}/",
        "words": briefly(row),
        "reason": row["reason"],
        "note": row["note"],
        "by": row["by__name"],
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], row["event__timezone"]),
        "is_over": is_over,
        "state": _state(row, is_over=is_over),
    }


def _state(row: dict[str, Any], *, is_over: bool) -> str:
    if row["lifted_at"]:
        facts = {
            "name": row["lifted_by__name"],
            "time": format_datetime(row["lifted_at"], row["event__timezone"]),
            "reason": row["lift_reason"],
        }
        if row["lift_reason"]:
            return gettext("Lifted by %(name)s on %(time)s: %(reason)s") % facts
        return gettext("Lifted by %(name)s on %(time)s") % facts
    if is_over:
        return gettext("Expired")
    if row["acknowledged_at"]:
        return gettext("Read on %(time)s") % {"time": format_datetime(row["acknowledged_at"], row["event__timezone"])}
    return gettext("Not read yet") if row["kind"] == SanctionKind.WARNING else ""
