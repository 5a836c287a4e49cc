"""Makes people known: placeholders for imported authors, demonstration accounts, roles."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import Person
from forum.choices import RoleKind
from forum.models import Event, Role


def placeholder(origin: str, *, name: str, group: str = "", organisation: str = "") -> Person:
    """The person who stands for an imported author, the same one for the same `origin`. Nobody can log in as them."""
    person = Person.objects.filter(origin=origin).first()
    if person is not None:
        return person
    about = {
        "name": name[: Person._meta.get_field("name").max_length],
        "group": group,
        "organisation": organisation,
    }
    return Person.objects.create_user(None, origin=origin, is_active=False, **about)


def open_account(person: Person, *, email: str, password: str) -> None:
    """Turns a placeholder into somebody who can log in with a confirmed address."""
    person.email = email
    person.is_active = True
    person.set_password(password)
    person.save(update_fields=["email", "is_active", "password"])
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})


def give_role(event: Event, person: Person, kind: RoleKind) -> None:
    Role.objects.get_or_create(event=event, person=person, kind=kind)
