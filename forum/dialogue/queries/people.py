"""People as everybody sees them: by what they said in public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Person, Viewer
from forum.dialogue.models.search_index import folded
from forum.dialogue.models.speakers import Speaker
from forum.events.models.role import DECIDING
from forum.events.queries.formatting import group_label, initials
from forum.kernel.compiled import Compiled
from forum.models import Comment, Draft, Event, Notification, Reading, Role, Sanction

PAGE = 30  # comments on a person's page
HERE = OuterRef("pk")
OFFERED = 8  # people for one @


def get(person: Viewer, person_id: int) -> dict[str, Any]:
    """Somebody who spoke in public, or the person who asks. One or two queries. Raises Person.DoesNotExist.

    Everybody else is not there: this page must not tell who has an account.
    """
    row = Person.objects.values("pk", "name", "group", "organisation").get(pk=person_id)
    if person_id != person.pk and not Comment.objects.public().filter(author=person_id).exists():
        raise Person.DoesNotExist
    return {
        "id": row["pk"],
        "name": row["name"],
        "initials": initials(row["name"]),
        "group": row["group"],
        "group_label": group_label(row["group"]),
        "organisation": row["organisation"],
        "url": f"/people/{row['pk']}/",
    }


def offered(speakers: Iterable[Speaker], words: str, *, to: Viewer) -> list[dict[str, Any]]:
    """Those of the speakers near a place whom somebody may mean by an @: others than themselves.

    `words` begins any word of a name, in any case and with or without accents. No query.
    """
    found = [each for each in speakers if each.key != to.pk and _matches(each.name, words)]
    return [
        {"id": each.key, "name": each.name, "group": group_label(each.group), "organisation": each.organisation}
        for each in found[:OFFERED]
    ]


def _matches(name: str, words: str) -> bool:
    name, words = folded(name), folded(words)
    return name.startswith(words) or f" {words}" in name


def of_session(person_id: Any) -> tuple[Person, dict[str, bool]] | None:
    """The person with this key, and whether there is anything of theirs that nearly every page asks for. One query.

    Most people have no role, no sanction, no draft and nothing unseen: so much at once spares four statements.
    """
    for person in OF_SESSION.rows(person=int(person_id), now=timezone.now()):
        return person, {name: getattr(person, f"known_{name}") for name in OF_THEIRS}
    return None


OF_THEIRS: dict[str, Callable[[Any], Any]] = {
    "is_verified": lambda now: EmailAddress.objects.filter(user=HERE, verified=True),
    "has_roles": lambda now: Role.objects.filter(person=HERE),
    "decides": lambda now: Role.objects.filter(person=HERE, kind__in=DECIDING),
    "has_sanctions": lambda now: Sanction.objects.filter(person=HERE).effective(now),
    "has_drafts": lambda now: Draft.objects.filter(author=HERE),
    "has_unseen": lambda now: Notification.objects.filter(person=HERE, seen_at=None),
}
OF_SESSION = Compiled(
    lambda person, now: Person.objects.filter(pk=person).annotate(
        **{f"known_{name}": Exists(rows(now).order_by()) for name, rows in OF_THEIRS.items()}
    ),
    person=int,
    now=datetime,
)


def last_event(person: Person) -> dict[str, str] | None:
    """The event in which somebody read last, for pages that belong to none; the only one of the site. One query."""
    newest = Reading.objects.filter(person=person, theme__event=OuterRef("pk")).order_by("-updated_at")
    events = Event.objects.annotate(read_at=Subquery(newest.values("updated_at")[:1]))
    rows = list(events.order_by(F("read_at").desc(nulls_last=True), "pk").values("slug", "title", "read_at")[:2])
    if not rows or (len(rows) > 1 and rows[0]["read_at"] is None):
        return None
    return {"title": rows[0]["title"], "url": f"/{rows[0]['slug']}/"}
