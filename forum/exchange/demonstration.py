"""The demonstration event: the pre-event of Baku 2012, announced in our words, discussed by invented people."""

from __future__ import annotations

import tomllib
from datetime import UTC
from pathlib import Path
from typing import Any

from accounts.models import Person
from forum.dialogue.actions.people import open_account, placeholder
from forum.events.actions.events import announce
from forum.exchange.bring_in import import_opening, import_reply, imported, imported_comment
from forum.kernel.choices import RoleKind
from forum.models import Comment, Event, Theme
from forum.moderation.actions.conduct import set_up_conduct
from forum.moderation.actions.roles import give_role

DATA = Path(__file__).parent / "demo" / "baku-2012.toml"
PASSWORD = "deadlock-to-dialogue"  # noqa: S105 - for accounts on one's own machine only
ACCOUNTS = {"ada": "participant", "mo": "moderator", "olga": "organiser"}


def load_demo(*, with_accounts: bool) -> Event:
    """Loads the demonstration event: its announcement anew, its code, people and comments where they are missing.

    `with_accounts` opens three accounts with a known password: never on a server that others reach.
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
        (comment, thread if place == 0 else None, themes[thread["theme"]])
        for thread in data["thread"]
        for place, comment in enumerate(thread["comment"])
    ]
    known: dict[str, Comment] = {}
    # In the order of time, so that numbers tell who spoke first.
    for comment, opens, theme in sorted(spoken, key=lambda row: row[0]["at"]):
        known[comment["id"]] = _bring_in(comment, opens, theme, people[comment["by"]], known)
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


def _bring_in(
    comment: dict[str, Any],
    opens: dict[str, Any] | None,
    theme: Theme,
    author: Person,
    known: dict[str, Comment],
) -> Comment:
    origin = f"demo:{comment['id']}"
    if (before := imported(theme, origin)) is not None:
        return before
    new = imported_comment(
        theme,
        origin,
        author=author,
        source=comment["text"].strip(),
        written_at=comment["at"].astimezone(UTC),
        is_public=True,
    )
    if opens is not None:
        return import_opening(theme, opens["title"], new)
    return import_reply(known[comment["to"]], new)
