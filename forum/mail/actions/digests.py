"""When the next digest of somebody is due, what waits for it, and up to when the last one told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Person
from forum.dialogue.actions import outgoing_mail
from forum.kernel.outbox import DIGESTS
from forum.kernel.transactions import in_one_transaction
from forum.mail.schedule import next_digest
from forum.models import ListSubscription, MailPreferences, OutgoingMail

KINDS = ("reply", "mention", "followed")  # of comments, as MailPreferences and notifications call them
SETTLED = timedelta(minutes=1)  # before a digest: what is as new as that may not be committed, or be a slip
TAKEN_WITHIN = timedelta(hours=1)  # after a digest was due: what it has not taken by then is looked at again


class ContentChanged(Exception):
    """An email has to be rendered again."""


@dataclass(frozen=True, slots=True)
class Told:
    """Up to when a digest with this name told its person.

    `lists` says the same for what was too much for list mode: the theme, and its revision.
    """

    person_id: int
    name: str
    until: datetime
    lists: tuple[tuple[int, int], ...] = ()


def plan(person_ids: Collection[int], name: str, *, now: datetime) -> None:
    """Gives those whose next digest with this name has no time one: a morning on their own clock.

    Two statements, and one for each time zone.
    """
    MailPreferences.objects.bulk_create(
        [MailPreferences(person_id=person_id) for person_id in person_ids], ignore_conflicts=True
    )
    field = f"{name}_due_at"
    zones: dict[str, list[int]] = {}
    for person_id, zone in Person.objects.filter(pk__in=person_ids).values_list("pk", "time_zone"):
        zones.setdefault(zone, []).append(person_id)
    for zone, people in zones.items():
        unset = MailPreferences.objects.filter(Q(**{field: None}), person__in=people)
        unset.update(**{field: next_digest(name, zone, now=now)})


@in_one_transaction
def defer(mail: OutgoingMail, name: str, *, now: datetime) -> None:
    """Leaves an email that this server has claimed to its person's next digest. Four statements."""
    assert mail.person_id is not None
    plan([mail.person_id], name, now=now)
    field = f"{name}_due_at"
    due_at = MailPreferences.objects.values_list(field, flat=True).get(person=mail.person_id)
    rows = OutgoingMail.objects.filter(pk=mail.pk)
    rows.update(is_deferred=True, due_at=(due_at or now) + TAKEN_WITHIN, tries=0)
    outgoing_mail.release(rows)


def told_until(mail: OutgoingMail) -> datetime:
    """Up to when a digest tells that was claimed: the same for as long as the claim holds."""
    assert mail.sending_since is not None
    return mail.sending_since - SETTLED


def note_told(told: Told, *, now: datetime) -> None:
    """The next digest with this name begins where this one ended. One statement, and two for each list."""
    ends = {f"{kind}_until": _end_of(kind, told) for kind in KINDS}
    MailPreferences.objects.filter(person=told.person_id).update(**ends)
    for theme_id, revision in told.lists:
        capped = ListSubscription.objects.filter(person=told.person_id, theme=theme_id, capped_from__isnull=False)
        rest = Case(When(revision__lte=revision, then=Value(None)), default=Value(revision))
        capped.update(capped_from=rest)
        if capped.exists():
            plan([told.person_id], "daily", now=now)


def _end_of(kind: str, told: Told) -> Case:
    return Case(When(Q(**{kind: told.name}), then=Value(told.until)), default=F(f"{kind}_until"))


@transaction.atomic
def begin_data(mail_id: int, taken: Collection[int], *, now: datetime) -> None:
    """Notes that the text of an email begins to leave, and with it what it took of other emails. One statement.

    Raises ContentChanged if one of those was taken back or sent since this one was made.
    """
    waiting = Q(pk__in=taken, sent_at=None, sending_since=None)
    rows = OutgoingMail.objects.filter(Q(pk=mail_id) | waiting)
    if rows.update(data_began_at=now, sending_since=Coalesce(F("sending_since"), now)) != 1 + len(taken):
        raise ContentChanged("what it says has changed since it was made")


@in_one_transaction
def note_sent(mail_id: int, taken: Collection[int], told: Told | None, *, now: datetime) -> None:
    """Notes that an email left, and with it what it took and told. One statement, and those of a digest."""
    rows = OutgoingMail.objects.filter(pk__in=[mail_id, *taken])
    rows.update(sent_at=now, sending_since=None, data_began_at=None)
    if told:
        note_told(told, now=now)


@in_one_transaction
def mark_as_sent(mail: OutgoingMail, *, now: datetime) -> bool:
    """Records that an uncertain email left, as its recipient says. Returns False if it is not uncertain."""
    if not outgoing_mail.mark_as_sent(mail, now=now):
        return False
    if mail.kind in DIGESTS:
        assert mail.person_id is not None
        note_told(Told(mail.person_id, mail.kind, told_until(mail)), now=now)
    return True
