"""Words of somebody who is not logged in, kept in the session until they are.

Words of a form that this server made for a person (see `composers.writer`) are given back only to them; those that
somebody typed before they had logged in, to whoever logs in next in the same browser.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from forum.dialogue.actions.drafts import Spot
from forum.kernel.choices import DRAFT_LENGTH

NAME = "unsent"
KEPT = 3  # boxes in one browser; the oldest goes


def keep(request: HttpRequest, spot: Spot, *, person_id: int | None, words: dict[str, str]) -> None:
    """Keeps the words of a form that nobody could send; None: of nobody we know yet."""
    shelf = dict(request.session.get(NAME, {}))
    shelf.pop(spot.name, None)
    shelf[spot.name] = {name: text[:DRAFT_LENGTH] for name, text in words.items()} | {"person": person_id}
    request.session[NAME] = dict(list(shelf.items())[-KEPT:])


def take(request: HttpRequest, spot: Spot) -> dict[str, Any] | None:
    """The words this person could not send here, given once."""
    if not request.user.is_authenticated or NAME not in request.session:
        return None
    shelf = dict(request.session[NAME])
    words = shelf.get(spot.name)
    if words is None or words["person"] not in (None, request.user.pk):
        return None
    del shelf[spot.name]
    request.session[NAME] = shelf
    return dict(words)
