"""A restored copy, and its confirmation."""

from __future__ import annotations

from datetime import datetime

from forum.kernel.stamp import KEPT_STAMPS, new_stamp
from forum.kernel.transactions import in_one_transaction
from forum.models import OutgoingMail, Restoration, RevisionStamp, Theme


def note_restored(*, archived_at: datetime, now: datetime) -> None:
    """Holds all email back until the copy is confirmed."""
    Restoration.objects.all().delete()
    Restoration.objects.create(archived_at=archived_at, restored_at=now)


def renew_stamps() -> None:
    """Gives the present revision of every theme a new stamp, and forgets the others: open pages then load anew."""
    RevisionStamp.objects.all().delete()
    for theme in Theme.objects.only("revision"):
        stamp = new_stamp()
        Theme.objects.filter(pk=theme.pk).update(stamp=stamp)
        slot = theme.revision % KEPT_STAMPS
        RevisionStamp.objects.create(theme_id=theme.pk, slot=slot, revision=theme.revision, stamp=stamp)


@in_one_transaction
def confirm_restoration(*, without_owed: bool, now: datetime) -> bool:
    """Lets email leave again; whether anything waited for it. `without_owed` drops what was owed until now."""
    confirmed = Restoration.objects.filter(confirmed_at=None).update(confirmed_at=now) > 0
    if confirmed and without_owed:
        OutgoingMail.objects.filter(sent_at=None).delete()
    return confirmed
