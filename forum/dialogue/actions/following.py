"""Following a theme, a thread or a branch, and stopping."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Model

from accounts.models import Person
from forum.models import Comment, Follow, Theme, Thread

FIELDS: dict[type[Model], str] = {Theme: "theme", Thread: "thread", Comment: "branch"}


def follow(target: Theme | Thread | Comment, *, by: Person, now: datetime) -> None:
    """Somebody hears of whatever is published there from now on. Twice is once."""
    Follow.objects.get_or_create(person=by, **{FIELDS[type(target)]: target}, defaults={"since": now})


def unfollow(target: Theme | Thread | Comment, *, by: Person) -> None:
    """Nothing more is told of it; what was told stays in the list."""
    Follow.objects.filter(person=by, **{FIELDS[type(target)]: target}).delete()
