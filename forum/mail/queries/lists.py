"""Who gets every comment of a theme by email, and what is due to them."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse

from accounts.models import Person
from forum.models import Comment, ListSubscription


def find(person_id: int, theme_id: int) -> ListSubscription | None:
    """One query."""
    return ListSubscription.objects.filter(person=person_id, theme=theme_id).first()


def listed(person: Person) -> list[dict[str, Any]]:
    """The themes that somebody gets by email: title, event and page of the switch. One query."""
    names = ("theme_id", "theme__code", "theme__title", "theme__event__title")
    rows = ListSubscription.objects.filter(person=person).order_by("theme__event", "theme__position").values(*names)
    return [
        {
            "title": f"{row['theme__code']}. {row['theme__title']}",
            "event": row["theme__event__title"],
            "url": reverse("theme_by_email", args=[row["theme_id"]]),
        }
        for row in rows
    ]


def behind() -> list[ListSubscription]:
    """Those whose theme has changed since their last email was queued, theme by theme. One query."""
    rows = ListSubscription.objects.filter(revision__lt=F("theme__revision"), person__is_active=True)
    return list(rows.exclude(person__email=None).select_related("theme__event", "person").order_by("theme_id", "pk"))


def published_between(theme_id: int, after: int, up_to: int) -> list[tuple[int, int, int, Any]]:
    """Public comments that appeared in this span of a theme's revisions: key, author, revision, time. One query."""
    comments = Comment.objects.filter(theme=theme_id, published_revision__gt=after, published_revision__lte=up_to)
    rows = comments.public().order_by("published_revision")
    return list(rows.values_list("pk", "author_id", "published_revision", "published_at"))
