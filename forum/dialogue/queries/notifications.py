"""What somebody is told: counted and listed as they may read it now."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Person
from forum.dialogue.queries import notices, sanctions
from forum.dialogue.queries.notices import appeal_address
from forum.events.queries.formatting import comment_label, excerpt, format_datetime, iso, own_zone, placeholder_title
from forum.kernel.choices import ANSWERS, APPEALABLE, Act, NotificationKind, Status
from forum.kernel.queues import QueueKind
from forum.models import Notification

PAGE = 30  # notifications
MOST = 100  # counted; more are "99+"
KEPT = {Act.KEEP, Act.APPROVE, Act.TRUST, Act.APPEAL_UPHELD}  # decisions after which a flagged comment is public

TO_REVIEW = {
    QueueKind.HELD: gettext_lazy("New comments to review"),
    QueueKind.FLAGGED: gettext_lazy("New flags to review"),
    QueueKind.REPORTED: gettext_lazy("New reports to review"),
    QueueKind.APPEALED: gettext_lazy("New appeals to review"),
}
OF_PEOPLE = {
    Act.WARN,
    Act.PACE,
    Act.SILENCE,
    Act.SUSPEND,
    Act.BAN,
    Act.LIFT,
    Act.BULK_REMOVE,
    Act.BULK_RESTORE,
    Act.DISTRUST,
}
# What has the number a decision is told by, and what has the theme of that.
NAMED = (
    ("entry__comment", "entry__comment"),
    ("entry__thread__opening", "entry__thread"),
    ("entry__thread__continued_at", "entry__thread__continued_at"),
)
FIELDS = (
    "id", "kind", "created_at", "seen_at", "queue", "event__title", "event__timezone", "comment_id", "comment__status",
    "comment__number", "comment__author__name", "comment__version__text", "comment__theme__code",
    "comment__theme__event__timezone", "comment__thread__title", "comment__thread__opening__status",
    "comment__thread__opening__number", "entry__act", "entry__reason", "entry__event__title",
    "entry__event__timezone", "entry__comment_id", "entry__appeal__pk", "entry__undone_by__pk",
    "entry__comment__number", "entry__comment__theme__code", "entry__thread__opening__number",
    "entry__thread__theme__code", "entry__thread__continued_at__number",
    "entry__thread__continued_at__theme__code", "entry__batch", "entry__sanction__pk", "entry__undoes__appeal__pk",
    *(f"entry__sanction__{name}" for name in sanctions.FACTS),
    "entry__undoes__sanction__pk", *(f"entry__undoes__sanction__{name}" for name in sanctions.FACTS),
)  # fmt: skip


def note_nothing_unseen(person: Person) -> None:
    """Takes over what another question of this request has answered: `unseen` asks nothing then."""
    person._has_unseen = False  # type: ignore[attr-defined]


def unseen(person: Person) -> int:
    """How many things somebody was told and has not seen; at most MOST. One query, none where nothing is unseen.

    What is about a comment that is not public now does not count: nobody could find it.
    """
    if not getattr(person, "_has_unseen", True):
        return 0
    return len(_counting(person).filter(seen_at=None).order_by().values_list("pk")[:MOST])


def unseen_of_queue(person: Person, event_id: int, queue: str) -> int | None:
    """The notification that there is something to review here, if they have not seen it. One query, none where nothing
    is unseen."""
    if not getattr(person, "_has_unseen", True):
        return None
    told = Notification.objects.filter(kind=NotificationKind.QUEUE, event=event_id, queue=queue, seen_at=None)
    return told.filter(person=person).values_list("pk", flat=True).first()


def label(count: int) -> str:
    """The number for the page's head; empty when there is none."""
    return "" if not count else f"{MOST - 1}+" if count >= MOST else str(count)


def listed(person: Person, *, before: int | None = None) -> tuple[list[dict[str, Any]], bool]:
    """The newest first, from below `before` on, and whether there are more. One query, and one for each removal of many
    comments as one."""
    rows = Notification.objects.filter(person=person).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [_shape(row, person) for row in rows.values(*FIELDS)[: PAGE + 1]]
    return found[:PAGE], len(found) > PAGE


def get(person: Person, notification_id: int) -> Notification:
    """One of this person's. Raises Notification.DoesNotExist."""
    rows = Notification.objects.select_related(
        "event",
        "comment__thread__theme__event",
        "entry__comment",
        "entry__thread",
        "entry__event",
        "entry__sanction",
        "entry__undoes__sanction",
    )
    return rows.get(pk=notification_id, person=person.pk)


def sanction_of(told: Notification) -> int | None:
    """Which sanction a notification is about: one that was set, or lifted."""
    for entry in filter(None, (told.entry, told.entry and told.entry.undoes)):
        if hasattr(entry, "sanction"):
            return int(entry.sanction.pk)
    return None


def _counting(person: Person) -> Any:
    is_there = Q(comment__status=Status.PUBLISHED) | Q(comment=None) | Q(kind=NotificationKind.OUTCOME)
    return Notification.objects.filter(is_there, person=person)


def _shape(row: dict[str, Any], person: Person) -> dict[str, Any]:
    zone = row["comment__theme__event__timezone"] or row["entry__event__timezone"] or row["event__timezone"]
    shape = {
        "id": row["id"],
        "url": f"/notifications/{row['id']}/",
        "seen_url": f"/notifications/{row['id']}/seen/",
        "is_new": row["seen_at"] is None,
        "at_iso": iso(row["created_at"]),
        "at_label": format_datetime(row["created_at"], own_zone(person, zone or "")),
        "name": "",
        "place": "",
        "excerpt": "",
        "appeal_url": "",
    }
    if row["kind"] == NotificationKind.QUEUE:
        return shape | {"what": TO_REVIEW[row["queue"]], "place": row["event__title"]}
    if row["comment_id"] is None:
        return shape | _decision(row)
    code = row["comment__theme__code"]
    if row["kind"] == NotificationKind.OUTCOME:
        what = gettext("Your flag: the author withdrew the comment")
        return shape | {"what": what, "place": comment_label(code, row["comment__number"])}
    if row["comment__status"] != Status.PUBLISHED:
        return shape | {"what": gettext("A comment that is no longer public"), "url": "", "is_new": False}
    is_titled = row["comment__thread__opening__status"] == Status.PUBLISHED
    title = (
        row["comment__thread__title"] if is_titled else placeholder_title(code, row["comment__thread__opening__number"])
    )
    return shape | {
        "what": _what(row["kind"]),
        "name": row["comment__author__name"],
        "place": f"{comment_label(code, row['comment__number'])} · {title}",
        "excerpt": excerpt(row["comment__version__text"]),
    }


def _what(kind: str) -> str:
    match kind:
        case NotificationKind.REPLY:
            return gettext("replied to you")
        case NotificationKind.MENTION:
            return gettext("mentioned you")
    return gettext("posted where you follow")


def _decision(row: dict[str, Any]) -> dict[str, Any]:
    if row["entry__act"] in OF_PEOPLE:
        what, said = notices.about_person(row)
        return {"what": what, "place": row["entry__event__title"], "excerpt": " ".join(said)}
    is_outcome = row["kind"] == NotificationKind.OUTCOME
    settled = notices.settled(row) if not is_outcome else ""
    return _what_was_decided(row, is_outcome=is_outcome) | {
        "excerpt": " ".join(filter(None, [settled, row["entry__reason"]])),
        "appeal_url": _appeal_url(row),
    }


def _what_was_decided(row: dict[str, Any], *, is_outcome: bool) -> dict[str, str]:
    """A decision about a comment of theirs is told in a whole sentence, which names the comment."""
    place = _place(row)
    if not is_outcome and row["entry__act"] in notices.DECIDED:
        what, _ = notices.DECIDED[row["entry__act"]]
        return {"what": what % {"label": place}, "place": row["entry__event__title"]}
    return {"what": _outcome(row["entry__act"]) if is_outcome else str(Act(row["entry__act"]).label), "place": place}


def _place(row: dict[str, Any]) -> str:
    """What a decision is about, as it is called now: a comment, or the opening of a thread, wherever that went."""
    for each, theme in NAMED:
        if number := row[f"{each}__number"]:
            return comment_label(row[f"{theme}__theme__code"], number)
    return str(row["entry__event__title"])


def _outcome(act: str) -> str:
    """What came of somebody's flag, or of their request about a summary."""
    if act in ANSWERS:
        return str(Act(act).label)
    if act in KEPT:
        return gettext("Your flag: dismissed after review")
    return gettext("Your flag: %(what)s") % {"what": Act(act).label}


def _appeal_url(row: dict[str, Any]) -> str:
    """Where somebody answers a decision they are told of; "" if it was answered or taken back, or cannot be."""
    is_theirs = row["kind"] == NotificationKind.DECISION  # others may have flagged it
    if not is_theirs or row["entry__act"] not in APPEALABLE or row["entry__appeal__pk"] or row["entry__undone_by__pk"]:
        return ""
    return appeal_address(row["entry__comment_id"])
