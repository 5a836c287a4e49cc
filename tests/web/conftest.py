"""What many pages of moderators begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Person
from forum.choices import RoleKind
from forum.models import Comment, Event, Theme, Thread
from tests.conftest import Cast
from tests.factories import make_person, reply_to, whole


@pytest.fixture
def held(event: Event, thread: Thread, cast: Cast) -> Callable[..., Comment]:
    """A new comment of ben's that waits for its words."""
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])

    def make(source: str = "The casino.") -> Comment:
        return whole(reply_to(whole(thread.opening_id), cast.ben, source).pk)

    return make


@pytest.fixture
def rita(cast: Cast, theme: Theme, event: Event) -> Person:
    """The rapporteur of the theme."""
    rita = make_person("rita")
    event.roles.create(person=rita, kind=RoleKind.RAPPORTEUR, theme=theme)
    cast.rita = rita  # so that cast.client("rita") knows them
    return rita
