"""What people can do with one comment, beside it: the list on its own page, and behind "…" in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from forum.http.menus import Group, Link, Menu, Section, Words
from forum.kernel.reasons import Reason


@dataclass(frozen=True, slots=True)
class AboutComment:
    """Who looks at which comment, and when. `version` is the number of an earlier text that the page shows."""

    person: Viewer
    comment: Any
    now: datetime
    version: int | None = None

    @property
    def thread(self) -> Any:
        return self.comment.thread

    def url(self, name: str) -> str:
        """The address of this name for this comment."""
        return reverse(name, args=[self.comment.pk])


COMMENT_ACTS: Menu[AboutComment] = Menu(
    Section(0, _("Write")),
    Section(100, _("Read")),
    Section(200, _("Moderate")),
    Section(300, _("Report")),
    Section(400, _("Take down"), is_danger=True),
)


def offer_link(
    name: str, label: Words, *, order: int, why_not: Callable[[Viewer, Any, Any], Reason | None], rel: str = ""
) -> None:
    """Declares a link to the page `name` of a comment, for everybody to whom the rule does not say no."""

    @COMMENT_ACTS.entry(order)
    def offer(asked: AboutComment) -> Link | None:
        if why_not(asked.person, asked.comment, asked.thread) is not None:
            return None
        return Link(label, asked.url(name), rel)


def comment_acts(person: Viewer, comment: Any, *, version: int | None = None) -> list[Group]:
    """What this person can do with a comment now."""
    return COMMENT_ACTS.groups(AboutComment(person, comment, timezone.now(), version))
