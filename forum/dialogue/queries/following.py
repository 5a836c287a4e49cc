"""What somebody follows."""

from __future__ import annotations

from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import Person, Viewer
from forum.events.queries.formatting import comment_label, placeholder_title
from forum.kernel.choices import Status
from forum.models import Follow

FIELDS = (
    "theme__code", "theme__title", "theme__slug", "theme__event__slug", "theme_id", "thread_id", "branch_id",
    "thread__title", "thread__theme__code", "thread__opening__status", "thread__opening__number", "branch__number",
    "branch__theme__code",
)  # fmt: skip

Kind = Literal["theme", "thread", "branch"]  # what can be followed, as the fields of Follow name it


def listed(person: Person) -> list[dict[str, Any]]:
    """Everything, the newest first. One query."""
    return [_shape(row) for row in Follow.objects.filter(person=person).order_by("-pk").values(*FIELDS)]


def follows(person: Viewer, kind: Kind, target_id: int) -> bool:
    """Whether this person follows one theme, thread or branch. One query, none without an account."""
    return person.is_authenticated and Follow.objects.filter(person=person, **{kind: target_id}).exists()


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    if row["theme_id"]:
        return {
            "title": f"{row['theme__code']}. {row['theme__title']}",
            "kind": gettext("Theme"),
            "url": reverse("theme", args=[row["theme__event__slug"], row["theme__slug"]]),
            "follow_url": reverse("follow_theme", args=[row["theme_id"]]),
        }
    if row["thread_id"]:
        is_titled = row["thread__opening__status"] == Status.PUBLISHED
        plain = placeholder_title(row["thread__theme__code"], row["thread__opening__number"])
        return {
            "title": row["thread__title"] if is_titled else plain,
            "kind": gettext("Thread"),
            "url": reverse("thread", args=[row["thread_id"]]),
            "follow_url": reverse("follow_thread", args=[row["thread_id"]]),
        }
    return {
        "title": comment_label(row["branch__theme__code"], row["branch__number"]),
        "kind": gettext("Replies"),
        "url": reverse("comment", args=[row["branch_id"]]),
        "follow_url": reverse("follow_branch", args=[row["branch_id"]]),
    }
