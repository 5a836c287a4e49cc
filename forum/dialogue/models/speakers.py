"""Who spoke in public near a place: whom a name there may mean."""

from __future__ import annotations

from typing import NamedTuple

from forum.dialogue.models.comment import Comment
from forum.events.models.theme import Theme

RECENT = 1_000  # comments of a place whose authors count; the newest, so that the cost does not grow with the dialogue


class Speaker(NamedTuple):
    """Somebody who spoke; `place` is 0 in the thread itself, 1 elsewhere in the event."""

    key: int
    name: str
    group: str
    organisation: str
    is_active: bool
    place: int


def speakers_near(*, theme_id: int, thread_id: int | None) -> list[Speaker]:
    """Those who spoke in the thread, then those in the theme's event, each once, the latest first.

    At most three queries.
    """
    event = Theme.objects.filter(pk=theme_id).values("event")
    themes = Theme.objects.filter(event__in=event).order_by().values_list("pk", flat=True)
    places = [(1, Comment.objects.filter(theme__in=list(themes)))]
    if thread_id is not None:
        places.insert(0, (0, Comment.objects.filter(thread=thread_id)))
    found: dict[int, Speaker] = {}
    for place, comments in places:
        rows = comments.public().order_by("-pk").values_list(
            "author_id", "author__name", "author__group", "author__organisation", "author__is_active"
        )[:RECENT]  # fmt: skip
        for key, name, group, organisation, is_active in rows:
            found.setdefault(key, Speaker(key, name, group, organisation, is_active, place))
    return list(found.values())
