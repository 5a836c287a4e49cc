"""The demonstration event: the pre-event of Baku 2012, announced in our words, discussed by invented people."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Person
from forum.dialogue.actions.create import NewComment
from forum.dialogue.actions.create_many import Arrival
from forum.dialogue.actions.people import open_account, placeholder
from forum.events.actions.events import announce
from forum.exchange.bring_in import import_comments, imported_comment, with_documents
from forum.exchange.demo_activity import Activity
from forum.kernel.choices import RoleKind
from forum.kernel.transactions import in_one_transaction
from forum.markup.render import render_stored
from forum.models import Comment, Event, Theme
from forum.moderation.actions.conduct import set_up_conduct
from forum.moderation.actions.roles import give_role

DATA = Path(__file__).parent / "demo" / "baku-2012.toml"
PASSWORD = "deadlock-to-dialogue"  # noqa: S105 - for accounts on one's own machine only
ACCOUNTS = {"ada": "participant", "mo": "moderator", "olga": "organiser"}


@dataclass(frozen=True)
class Spoken:
    """A comment of the demonstration; `title` is "" unless it opens a thread."""

    comment: dict[str, Any]
    author: Person
    theme_id: int
    title: str

    @property
    def origin(self) -> str:
        return f"demo:{self.comment['id']}"


def load_demo(*, with_accounts: bool) -> Event:
    """Loads the demonstration event: its announcement anew, its code, people and comments where they are missing.

    `with_accounts` opens three accounts with a known password, and gives them something to do: never on a server that
    others reach.
    """
    data = tomllib.loads(DATA.read_text())
    event = announce(data["event"], parties=data["party"], references=data["reference"], themes=data["theme"])
    set_up_conduct(event, articles=data["article"], phrases=data["phrase"])
    people = {person["key"]: _person(event, person) for person in data["person"]}
    if with_accounts:
        for key in ACCOUNTS:
            _open_account(people[key], key)
    themes = {theme.slug: theme for theme in Theme.objects.filter(event=event)}
    spoken = [
        Spoken(comment, people[comment["by"]], themes[thread["theme"]].pk, "" if place else thread["title"])
        for thread in data["thread"]
        for place, comment in enumerate(thread["comment"])
    ]
    # In the order of time, so that numbers tell who spoke first.
    is_new = not Comment.objects.filter(theme__event=event).exists()
    _bring_in(event, sorted(spoken, key=lambda each: each.comment["at"]))
    if with_accounts and is_new:
        Activity(event, people, now=timezone.now()).play()
    return event


def is_own_machine(host: str) -> bool:
    """Whether a site with this host is for the person at this machine only."""
    return host in {"127.0.0.1", "localhost", "::1"}


def email_of(key: str) -> str:
    """The address a demonstration account logs in with."""
    return f"{key}@parley.example"


def account_lines() -> list[str]:
    """The demonstration accounts that can log in, one line each."""
    open_emails = set(Person.objects.filter(origin__startswith="demo:", is_active=True).values_list("email", flat=True))
    return [
        f"  {role:<12} {email_of(key):<22} {PASSWORD}" for key, role in ACCOUNTS.items() if email_of(key) in open_emails
    ]


def _person(event: Event, about: dict[str, Any]) -> Person:
    person = placeholder(
        f"demo:{about['key']}", name=about["name"], group=about["group"], organisation=about["organisation"]
    )
    for role in about.get("roles", []):
        give_role(event, person, RoleKind(role))
    return person


def _open_account(person: Person, key: str) -> None:
    if person.email is None:
        open_account(person, email=email_of(key), password=PASSWORD)


@in_one_transaction
def _bring_in(event: Event, spoken: list[Spoken]) -> None:
    """Writes what is not here yet; it stands after what it answers."""
    known = Comment.objects.filter(theme__event=event, origin__in=[each.origin for each in spoken]).order_by()
    here = {(theme_id, origin): key for theme_id, origin, key in known.values_list("theme_id", "origin", "pk")}
    missing = [each for each in spoken if (each.theme_id, each.origin) not in here]
    made = with_documents([(each.title, _new(each)) for each in missing])
    places: dict[str, Arrival | int] = {origin: key for (_, origin), key in here.items()}
    arrivals = []
    for each, new in zip(missing, made, strict=True):
        parent = None if each.title else places[f"demo:{each.comment['to']}"]
        places[each.origin] = arrival = Arrival(new, each.theme_id, parent, each.title)
        arrivals.append(arrival)
    if arrivals:
        import_comments(arrivals)


def _new(spoken: Spoken) -> NewComment:
    return imported_comment(
        spoken.theme_id,
        spoken.origin,
        author=spoken.author,
        text=render_stored(spoken.comment["text"].strip()),
        written_at=spoken.comment["at"].astimezone(UTC),
        is_public=True,
    )
