"""Makes what tests need through the product's own actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import Group, Person
from forum.dialogue.actions.comments import open_thread as act_open_thread
from forum.dialogue.actions.comments import post_reply
from forum.dialogue.queries import changes
from forum.dialogue.rules.moderation import state_token
from forum.events.queries import positions
from forum.events.queries.positions import Position
from forum.models import Comment, Event, LogEntry, Theme

PASSWORD = "a long and quiet password"
_letters = count()


def make_person(name: str, *, verified: bool = True) -> Person:
    # Here for a month: newcomers are asked one thing more (see tests/moderation/test_blocks.py).
    facts = {"name": name.title(), "group": Group.CIVIL, "date_joined": timezone.now() - timedelta(days=30)}
    person = Person.objects.create_user(f"{name}@example.org", PASSWORD, **facts)
    if verified:
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def session_of(person: Person) -> str:
    """What the cookie of somebody who has logged in holds."""
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


def make_event(**facts: Any) -> Event:
    defaults: dict[str, Any] = {
        "slug": "baku",
        "title": "From Deadlock to Dialogue",
        "place": "Baku",
        "starts_at": datetime(2026, 11, 5, 6, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 5, 13, 30, tzinfo=UTC),
        "opens_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Event.objects.create(**defaults | facts)


def make_theme(event: Event, **facts: Any) -> Theme:
    letter = "PQRSTUVWXYZABCDEFG"[next(_letters) % 18]
    defaults = {"code": letter, "slug": f"theme-{letter.lower()}", "title": "Principles", "position": 1}
    return Theme.objects.create(event=event, question="Which principles do we share?", **defaults | facts)


def new_key() -> str:
    return uuid4().hex


def open_thread(theme: Theme, by: Person, title: str, source: str = "It happens in many places.") -> Comment:
    return act_open_thread(theme, by=by, title=title, source=source, key=new_key(), now=timezone.now())


def reply_to(parent: Comment, by: Person, source: str) -> Comment:
    return post_reply(parent, by=by, source=source, key=new_key(), now=timezone.now())


def seen_field(comment: Comment) -> dict[str, str]:
    """What a form about a comment says of it, to somebody who has opened it just now."""
    return {"seen": state_token(Comment.objects.get(pk=comment.pk))}


def logged_acts(**about: Any) -> list[str]:
    """The acts in the moderation log about something, the oldest first."""
    return list(LogEntry.objects.filter(**about).order_by("pk").values_list("act", flat=True))


def whole(pk: int) -> Comment:
    """A comment as the loaders of views find it."""
    return Comment.objects.select_related("thread__theme__event", "version").get(pk=pk)


def changes_since(theme_id: int, revision: int) -> Any:
    """What somebody hears of a theme who is at this revision."""
    stamp = positions.stamp_at(positions.stamps_from(theme_id, revision), revision)
    return changes.since(theme_id, Position(revision, stamp or 0))
