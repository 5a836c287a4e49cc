"""Events and themes as staff set them up in the administration."""

from __future__ import annotations

from collections.abc import Iterable

from forum.dialogue.actions.stances import switch_stances
from forum.kernel.transactions import in_one_transaction
from forum.models import Event, Theme


@in_one_transaction
def set_up(place: Event | Theme) -> None:
    """Keeps a new event or theme that staff filled in."""
    place.save(force_insert=True)


@in_one_transaction
def change_place(place: Event | Theme, *, changed: Iterable[str]) -> None:
    """Keeps what staff changed of an event or a theme, and nothing else: its numbers move while they look at the form.

    Stances are switched for everything in a theme at once.
    """
    names = set(changed)
    place.save(update_fields=names - {"takes_stances"})
    if isinstance(place, Theme) and "takes_stances" in names:
        switch_stances(place, on=place.takes_stances)
