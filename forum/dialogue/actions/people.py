"""Makes people known: placeholders for imported authors, demonstration accounts, and who they say they are."""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import Person
from forum.dialogue.actions import indexing
from forum.dialogue.actions.locking import bump_revision
from forum.kernel import realtime
from forum.kernel.transactions import in_one_transaction
from forum.models import Comment, Thread

LONGEST_NAME: int = Person._meta.get_field("name").max_length or 0


def placeholder(origin: str, *, name: str, group: str = "", organisation: str = "") -> Person:
    """The person who stands for an imported author, the same one for the same `origin`. Nobody can log in as them."""
    return placeholders([Person(origin=origin, name=name, group=group, organisation=organisation)])[origin]


@in_one_transaction
def placeholders(asked: Collection[Person]) -> dict[str, Person]:
    """The same for several who are not stored yet, by their origins; of two with one origin the first counts."""
    people: dict[str, Person] = {}
    for person in asked:
        people.setdefault(person.origin or "", person)
    known = {person.origin or "": person for person in Person.objects.filter(origin__in=people)}
    new = [person for origin, person in people.items() if origin not in known]
    for person in new:
        person.name, person.is_active = person.name[:LONGEST_NAME], False
        person.set_unusable_password()
    Person.objects.bulk_create(new)
    return people | known


def open_account(person: Person, *, email: str, password: str) -> None:
    """Turns a placeholder into somebody who can log in with a confirmed address."""
    person.email = email
    person.is_active = True
    person.set_password(password)
    person.save(update_fields=["email", "is_active", "password"])
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})


def switch_single_keys(person: Person, *, on: bool) -> None:
    """Turns single-key shortcuts on or off wherever this person is logged in."""
    Person.objects.filter(pk=person.pk).update(single_keys=on)


def choose_time_zone(person: Person, name: str) -> None:
    """In which time zone this person reads what is theirs alone; "" for that of each event."""
    Person.objects.filter(pk=person.pk).update(time_zone=name)


@in_one_transaction
def change_profile(person: Person, *, name: str, group: str, organisation: str) -> None:
    """Changes how somebody is shown beside everything they wrote and in every answer to it; followers see it."""
    Person.objects.filter(pk=person.pk).update(name=name, group=group, organisation=organisation)
    shows_name = Q(author=person) | Q(parent__author=person) | Q(parent=None, thread__opening__author=person)
    comments = Comment.objects.filter(shows_name).order_by()
    threads = Thread.objects.filter(pk__in=comments.values("thread_id"))
    locked = list(threads.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for theme_id in sorted({thread.theme_id for thread in locked}):
        revision = bump_revision(theme_id).revision
        threads_here = [thread.pk for thread in locked if thread.theme_id == theme_id]
        here = list(comments.filter(thread__in=threads_here).values_list("pk", flat=True))
        Comment.objects.filter(pk__in=here).order_by().update(revision=revision)
        Thread.objects.filter(pk__in=threads_here).update(revision=revision)
        realtime.theme_changed(theme_id, revision)
    indexing.rename(person, name)
