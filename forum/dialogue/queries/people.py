"""People as everybody sees them: by what they said in public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Person, Viewer
from forum.dialogue.models.search_index import folded
from forum.events.queries.formatting import group_label, initials
from forum.kernel.compiled import Compiled
from forum.models import Comment, Draft, Notification, Role, Sanction, Theme

PAGE = 30  # comments on a person's page
HERE = OuterRef("pk")
OFFERED = 8  # people for one @
RECENT = 1_000  # comments whose authors are offered


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


def speaking_near(person: Viewer, words: str, *, theme_id: int, thread_id: int | None) -> list[dict[str, Any]]:
    """Whom somebody may mean by an @: those who spoke in the thread first, then those of the theme's event.

    `words` begins any word of a name, in any case and with or without accents. Looks at the newest comments only, so
    that the cost does not grow with the dialogue. At most three queries.
    """
    found: dict[int, dict[str, Any]] = {}
    event = Theme.objects.filter(pk=theme_id).values("event")
    themes = Theme.objects.filter(event__in=event).order_by().values_list("pk", flat=True)
    places = [Comment.objects.filter(theme__in=list(themes))]
    if thread_id is not None:
        places.insert(0, Comment.objects.filter(thread=thread_id))
    for comments in places:
        rows = comments.public().exclude(author=person).order_by("-pk").values_list(
            "author_id", "author__name", "author__group"
        )[:RECENT]  # fmt: skip
        for pk, name, group in rows:
            if pk not in found and _matches(name, words):
                found[pk] = {"id": pk, "name": name, "group": group_label(group)}
    return list(found.values())[:OFFERED]


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
