"""What waits for a moderator, as its author sees it: in its place, with why and how long that usually takes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from statistics import median
from typing import Any

from django.utils.translation import gettext, ngettext

from accounts.models import Viewer
from forum.dialogue.queries import comments
from forum.dialogue.queries.hold_reasons import to_author
from forum.dialogue.queries.notices import appeal_address
from forum.events.queries.formatting import cleaned, group_label, initials
from forum.kernel.choices import Status
from forum.models import Comment, Hold

RECENT = 50  # decisions from which the usual waiting time is worked out
FIELDS = (
    "pk", "status", "status_reason", "version__html", "author_id", "author__name", "author__group",
    "author__organisation", "hold__reasons", "theme__event",
)  # fmt: skip
FEW = 5  # fewer decisions say nothing usual


def own(person: Viewer, thread: Any) -> list[dict[str, Any]]:
    """Somebody's own held and rejected comments in a thread, in reading order, with their texts.

    At most three queries; none where the thread was loaded without any of theirs waiting in it.
    """
    if not thread.has_waiting:
        return []
    return shown(Comment.objects.filter(thread=thread.pk, author=person.pk).waiting().order_by("tree_id", "lft"))


def awaits(person: Viewer, comment: Comment) -> bool:
    """Whether this is somebody's own comment that waits, was sent back or was not published: its page says why."""
    return comment.author_id == person.pk and comment.status in {Status.HELD, Status.REVISION, Status.REJECTED}


def one(comment: Comment) -> dict[str, Any]:
    """The same for one comment that waits."""
    return shown(Comment.objects.filter(pk=comment.pk))[0]


def shown(theirs: Any) -> list[dict[str, Any]]:
    """Comments of one event with what only their author may read."""
    rows = list(theirs.values(*FIELDS))
    if not rows:
        return []
    known = {row["pk"]: row for row in rows}
    usual = usual_wait(rows[0]["theme__event"]) if any(row["status"] == Status.HELD for row in rows) else ""
    shaped = comments.shown(Comment.objects.filter(pk__in=known))
    return [_with_text(row, known[row["id"]], usual) for row in shaped]


def among(rows: list[dict[str, Any]], waiting: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page with what waits put in its place: behind the earlier answers to the same comment.

    What answers a comment of another page is left to that page.
    """
    placed = list(rows)
    for row in waiting:
        places = {each["id"]: place for place, each in enumerate(placed)}
        if row["level"] == 0:
            placed.insert(0, row)
        elif row["to_id"] in places:
            placed.insert(_behind(placed, places[row["to_id"]], row), row)
    return placed


def usual_wait(event_id: int) -> str:
    """How long decisions took lately in an event, in words; "" while there were too few. One query."""
    decided = Hold.objects.filter(decided_at__isnull=False, comment__theme__event=event_id).order_by("-decided_at")
    rows: Any = decided.values_list("created_at", "decided_at")[:RECENT]
    seconds = [(decided_at - held).total_seconds() for held, decided_at in rows]
    return in_words(timedelta(seconds=median(seconds))) if len(seconds) >= FEW else ""


def in_words(time: timedelta) -> str:
    """A length of time for people: minutes up to an hour, hours up to two days, then days."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", round(hours / 24)) % {"n": round(hours / 24)}


def _behind(placed: list[dict[str, Any]], parent: int, row: dict[str, Any]) -> int:
    place = parent + 1
    while place < len(placed) and _is_earlier(placed[place], row):
        place += 1
    return place


def _is_earlier(other: dict[str, Any], row: dict[str, Any]) -> bool:
    if other["level"] != row["level"]:
        return bool(other["level"] > row["level"])
    return bool(other["number"] < row["number"])


def _with_text(row: dict[str, Any], facts: dict[str, Any], usual: str) -> dict[str, Any]:
    """The public shape with what only its author may read; never kept, and shown to nobody else."""
    name = facts["author__name"]
    return row | {
        "is_gone": False,
        "author_id": facts["author_id"],
        "gone_text": "",
        "waits_text": _said(facts, usual),
        "waits_url": f"/comments/{facts['pk']}/edit/" if facts["status"] == Status.REVISION else "",
        "appeal_url": appeal_address(row["id"]) if facts["status"] == Status.REJECTED else "",
        "html": cleaned(facts["version__html"]),
        "name": name,
        "initials": initials(name),
        "group": facts["author__group"],
        "group_label": group_label(facts["author__group"]),
        "organisation": facts["author__organisation"],
    }


def asked_of_author(status: str, reason: str) -> str:
    """What a moderator asks the author of a comment to change; "" unless it was sent back."""
    if status != Status.REVISION:
        return ""
    return gettext("A moderator asks you to change this before it is published: %(reason)s") % {"reason": reason}


def _said(facts: dict[str, Any], usual: str) -> str:
    if facts["status"] == Status.REJECTED:
        return gettext("Rejected by a moderator: %(reason)s") % {"reason": facts["status_reason"]}
    if asked := asked_of_author(facts["status"], facts["status_reason"]):
        return asked
    said = [gettext("Awaiting review: only you can see this."), *map(to_author, facts["hold__reasons"] or [])]
    if usual:
        said.append(gettext("Reviews usually take about %(time)s.") % {"time": usual})
    return " ".join(said)
