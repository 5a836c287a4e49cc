"""Changes what somebody is told by email."""

from __future__ import annotations

from datetime import datetime

from forum.kernel.outbox import DIGESTS, Frequency
from forum.kernel.transactions import in_one_transaction
from forum.mail.actions.digests import KINDS, SETTLED, plan
from forum.mail.actions.lists import unsubscribe
from forum.mail.links import Stop
from forum.models import MailPreferences, OutgoingMail

FIELDS = (*KINDS, "moderation")


@in_one_transaction
def set_frequencies(person_id: int, frequencies: dict[str, Frequency], *, now: datetime) -> None:
    """How soon somebody is told of each kind of FIELDS, from now on.

    A digest tells nothing that was told at once before, or that its person did not want to be told.
    """
    rows = MailPreferences.objects.select_for_update()
    stored, _ = rows.get_or_create(person_id=person_id)
    changed = {kind: how_soon for kind, how_soon in frequencies.items() if getattr(stored, kind) != how_soon}
    begins = {
        f"{kind}_until": now - SETTLED
        for kind, how_soon in changed.items()
        if kind in KINDS and how_soon in DIGESTS and getattr(stored, kind) not in DIGESTS
    }
    MailPreferences.objects.filter(pk=stored.pk).update(**frequencies, **begins)
    for name in set(changed.values()) & set(DIGESTS):
        plan([person_id], name, now=now)
    if changed.get("moderation") in {Frequency.AT_ONCE, Frequency.OFF}:
        OutgoingMail.objects.to_send().filter(person=person_id, is_deferred=True).update(due_at=now)


@in_one_transaction
def stop(asked: Stop) -> None:
    """Stops one kind of email, or all that comes in one digest; idempotent."""
    if asked.what == "list":
        return unsubscribe(asked.person_id, asked.theme_id)
    stored, _ = MailPreferences.objects.select_for_update().get_or_create(person_id=asked.person_id)
    stopped = [kind for kind in FIELDS if asked.what in (kind, getattr(stored, kind))]
    if stopped:
        MailPreferences.objects.filter(pk=stored.pk).update(**dict.fromkeys(stopped, Frequency.OFF))
