"""What people are owed by email: written down in the transaction of what happened, sent by forum/jobs when due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from forum.dialogue.models.letter import LetterQuerySet
from forum.kernel.choices import UNDO_WINDOW, Act
from forum.models import Comment, IllegalReport, Letter, LogEntry

# A minute more than the page offers to undo: what was taken back at once reaches nobody.
AFTER_DECISION = UNDO_WINDOW + timedelta(minutes=1)
AFTER_HOLD = timedelta(minutes=10)  # what is decided sooner needs no letter that it waits
BY_LETTER = {
    Act.REMOVE,
    Act.RESTORE,
    Act.APPROVE,
    Act.TRUST,
    Act.REVISE,
    Act.REJECT,
    Act.HOLD_AGAIN,
    Act.OFF_TOPIC,
    Act.REDACT,
    Act.WARN,
    Act.PACE,
    Act.SILENCE,
    Act.SUSPEND,
    Act.BAN,
    Act.LIFT,
    Act.BULK_REMOVE,
    Act.BULK_RESTORE,
    Act.DISTRUST,
    Act.APPEAL_UPHELD,
    Act.APPEAL_DENIED,
}


def decided(entry: LogEntry, person: Any) -> None:
    """Owes somebody a letter about a decision that concerns them, if it is of a kind that is told by letter, or takes
    back one that is."""
    acts = {entry.act, entry.undoes.act} if entry.undoes else {entry.act}
    if acts.isdisjoint(BY_LETTER) or person.pk == entry.actor_id or not person.is_active or not person.email:
        return
    Letter.objects.create(person=person, entry=entry, due_at=entry.created_at + AFTER_DECISION)


def waits(comment: Comment, author: Any, *, now: datetime) -> None:
    """Owes the author of a held comment a letter that says why, unless it is decided before that is due."""
    if author.is_active and author.email:
        due = {"person": author, "due_at": now + AFTER_HOLD}
        Letter.objects.to_send().update_or_create(comment=comment, defaults=due)


def about_report(report: IllegalReport, *, now: datetime) -> None:
    """Owes whoever reported something a letter with its number and, once it is decided, with what was done."""
    if report.email:
        Letter.objects.to_send().update_or_create(report=report, defaults={"due_at": now})


def take_back(entry: LogEntry) -> bool:
    """Forgets the letters about a decision that was undone; whether any had left already, or may have."""
    Letter.objects.to_send().filter(entry=entry).delete()
    return Letter.objects.filter(entry=entry).exists()


def send_again(letter: Letter, *, now: datetime) -> bool:
    """Lets a letter go of which nobody knows whether it left; whether that was so, and no newer one takes its place."""
    return release_claim(Letter.objects.uncertain(now=now).filter(pk=letter.pk), tries=0, due_at=now)


def release_claim(letter: LetterQuerySet, **facts: Any) -> bool:
    """Lets a letter wait to be sent again; not if a newer one about the same waits by now, which the database knows."""
    try:
        with transaction.atomic():
            return letter.update(sending_since=None, **facts) == 1
    except IntegrityError:
        return False


def take_as_sent(letter: Letter, *, now: datetime) -> bool:
    """Notes that such a letter left, as whoever got it says; whether nobody knew that before."""
    rows = Letter.objects.uncertain(now=now).filter(pk=letter.pk)
    return rows.update(sent_at=F("sending_since"), sending_since=None) == 1
