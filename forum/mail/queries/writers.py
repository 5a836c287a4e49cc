"""Who wrote an email."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import Person
from forum.models import Comment


def find_writer(person_id: int, address: str) -> Person | None:
    """This person, if an email from this address is theirs: they have confirmed it. One query or two."""
    theirs = EmailAddress.objects.filter(user=person_id, email__iexact=address, verified=True)
    return Person.objects.filter(pk=person_id, is_active=True).first() if theirs.exists() else None


def addresses_of(person_id: int) -> list[str]:
    """All addresses of a person. One query."""
    return list(EmailAddress.objects.filter(user=person_id).values_list("email", flat=True))


def is_known(address: str) -> bool:
    """Whether somebody has confirmed this address as theirs. One query."""
    return EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True).exists()


def sent_before(person_id: int, key: str) -> Comment | None:
    """What this person posted with this key. One query."""
    return Comment.objects.filter(author=person_id, key=key).order_by().first()
