"""Whether this database is a restored copy that nobody has confirmed yet."""

from __future__ import annotations

from forum.models import OutgoingMail, Restoration


def unconfirmed() -> Restoration | None:
    """The restoration that waits for `manage.py confirm_restore`. One query."""
    return Restoration.objects.filter(confirmed_at=None).first()


def unsent_mail(*, most_tries: int) -> int:
    """How many emails are due, or will be; without those that are uncertain or not tried any more."""
    return OutgoingMail.objects.to_send().filter(tries__lt=most_tries).count()
