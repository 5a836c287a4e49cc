"""Lists of what somebody can do or open. Each entry is declared once, beside its view; pages show what areas offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar, Generic, TypeVar

from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from accounts.models import Person

Asked = TypeVar("Asked")
Words = str | Promise  # may be translated when they are shown


@dataclass(frozen=True, slots=True)
class Link:
    """Leads to a page."""

    kind: ClassVar = "link"
    label: Words
    url: str
    rel: str = ""
    count: str | None = None  # of what is waiting there; None where nothing is counted


@dataclass(frozen=True, slots=True)
class Button:
    """Sends a form that needs no page of its own. `is_on` is True or False for a switch, None for any other button."""

    kind: ClassVar = "button"
    label: Words
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
    is_on: bool | None = None
    attributes: Mapping[str, Words | bool] = field(default_factory=dict)  # of the form, for styles and scripts

    @property
    def aria_pressed(self) -> str:
        return "" if self.is_on is None else str(self.is_on).lower()

    @property
    def attributes_html(self) -> SafeString:
        return flatatt(dict(self.attributes))


@dataclass(frozen=True, slots=True)
class Sentence:
    """Says why something that people look for is not there."""

    kind: ClassVar = "sentence"
    label: Words


Entry = Link | Button | Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long menu, with the entries whose places begin at `first`."""

    first: int
    label: Words
    is_danger: bool = False  # what is taken away here is taken away from readers


@dataclass(frozen=True, slots=True)
class Group:
    """A section as it is shown."""

    section: Section
    entries: Sequence[Entry]


class Menu(Generic[Asked]):
    """The entries that views have declared for one list. All of them are known once the URLconf is loaded."""

    def __init__(self, *sections: Section) -> None:
        self._offers: dict[int, Callable[[Asked], Entry | None]] = {}
        self._sections = sections

    def entry(self, order: int) -> Callable[[Callable[[Asked], Entry | None]], Callable[[Asked], Entry | None]]:
        """Declares an entry: what the function returns stands at this place, and None is left out.

        Raises ValueError if the place is taken, since the order must not depend on which module is imported first.
        """

        def declare(offer: Callable[[Asked], Entry | None]) -> Callable[[Asked], Entry | None]:
            if order in self._offers:
                raise ValueError(f"{self._offers[order].__qualname__} has the place {order} already")
            self._offers[order] = offer
            return offer

        return declare

    def entries(self, asked: Asked) -> list[Entry]:
        """What is offered in this case, in the order of the places."""
        return [entry for _, entry in self._offered(asked)]

    def groups(self, asked: Asked) -> list[Group]:
        """The same by the sections of this menu, without those in which nothing is offered."""
        by_section = groupby(self._offered(asked), key=lambda offered: self._section_of(offered[0]))
        return [Group(section, [entry for _, entry in offered]) for section, offered in by_section]

    def _section_of(self, order: int) -> Section:
        return max((section for section in self._sections if section.first <= order), key=lambda found: found.first)

    def _offered(self, asked: Asked) -> list[tuple[int, Entry]]:
        offered = ((order, offer(asked)) for order, offer in sorted(self._offers.items()))
        return [(order, entry) for order, entry in offered if entry is not None]


HEAD_MENU: Menu[Person] = Menu()  # beside the name of who is logged in, on every page
ACCOUNT_MENU: Menu[Person] = Menu()  # behind the name of who is logged in, on every page
