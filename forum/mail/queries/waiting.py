"""What an organiser sees of the emails about their event: what is waiting, and how many left; never to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from forum.dialogue.models.outgoing_mail import OutgoingMailQuerySet
from forum.events.queries.formatting import comment_label
from forum.kernel.outbox import MailKind
from forum.models import OutgoingMail

SHOWN = 50  # comments with waiting emails on the page
FIGURES_OF = timedelta(days=30)
TO_READERS = (MailKind.COMMENT, MailKind.LIST)


@dataclass(frozen=True, slots=True)
class WaitingEmails:
    """The emails about one comment that have not left."""

    comment_id: int
    label: str
    author: str
    thread_title: str
    count: int
    on_hold: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last 30 days: how many emails about the event's comments left, failed, or may have left."""

    sent: int
    waiting: int
    given_up: int
    uncertain: int


def to_readers(event_id: int) -> OutgoingMailQuerySet:
    """The unsent emails that tell readers of an event's comments; no server is at them."""
    about = OutgoingMail.objects.filter(kind__in=TO_READERS, comment__theme__event=event_id)
    return about.filter(sent_at=None, sending_since=None)


def waiting(event_id: int) -> list[WaitingEmails]:
    """The next to leave first, comment by comment. One query."""
    names = ("comment_id", "comment__theme__code", "comment__number", "comment__author__name", "comment__thread__title")
    rows: Any = to_readers(event_id).order_by().values(*names)
    rows = rows.annotate(
        count=Count("pk"), on_hold=Count("pk", filter=Q(held_at__isnull=False)), due=Min("due_at"), last=Max("pk")
    )
    return [
        WaitingEmails(
            comment_id=row["comment_id"],
            label=comment_label(row["comment__theme__code"], row["comment__number"]),
            author=row["comment__author__name"],
            thread_title=row["comment__thread__title"],
            count=row["count"],
            on_hold=row["on_hold"],
            due_at=row["due"],
        )
        for row in rows.order_by("due", "comment_id")[:SHOWN]
    ]


def figures(event_id: int, *, most_tries: int, now: datetime) -> Figures:
    """One query."""
    about = OutgoingMail.objects.filter(
        Q(comment__theme__event=event_id) | Q(entry__event=event_id), due_at__gt=now - FIGURES_OF
    )
    unsent = Q(sent_at=None, data_began_at=None)
    found = about.aggregate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        waiting=Count("pk", filter=unsent & Q(tries__lt=most_tries)),
        given_up=Count("pk", filter=unsent & Q(tries__gte=most_tries)),
        uncertain=Count("pk", filter=Q(sent_at=None, data_began_at__isnull=False)),
    )
    return Figures(**found)


def one_of(event_id: int, comment_id: int) -> OutgoingMail | None:
    """One of the waiting emails about a comment, for a preview. One query."""
    return to_readers(event_id).select_related("person").filter(comment=comment_id).order_by("pk").first()
