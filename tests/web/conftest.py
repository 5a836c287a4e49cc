"""What many pages of moderators begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.models import Comment, Event, Thread
from tests.conftest import Cast
from tests.factories import reply_to, whole


@pytest.fixture
def held(event: Event, thread: Thread, cast: Cast) -> Callable[..., Comment]:
    """A new comment of ben's that waits for its words."""
    event.hold_rules = {"words": {"is_on": True, "words": ["casino"]}}
    event.save(update_fields=["hold_rules"])

    def make(source: str = "The casino.") -> Comment:
        return whole(reply_to(whole(thread.opening_id), cast.ben, source).pk)

    return make
