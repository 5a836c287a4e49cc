"""Finding people's names in running text, in any case, script and spelling of their letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from accounts.visible import SHOWS_NOTHING
from forum.kernel.scripts import is_written_without_spaces

_ALIKE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who may be meant. Of several with one name, the smallest rank is."""

    key: int
    name: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its marks, as it compares with others; a run of spaces is one. `start` and `end` are its place."""

    form: str
    start: int
    end: int


def letters(text: str) -> list[Letter]:
    """A text letter by letter."""
    return [Letter(_form(text[start:end]), start, end) for start, end in _places(text)]


def _places(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and _goes_on(text[at - 1], text[at]):
            continue
        yield start, at
        start = at


def _goes_on(before: str, sign: str) -> bool:
    if sign.isspace():
        return before.isspace()
    return unicodedata.category(sign).startswith("M") or SHOWS_NOTHING.match(sign) is not None


def _form(letter: str) -> str:
    if letter[0].isspace():
        return " "
    apart = unicodedata.normalize("NFKD", SHOWS_NOTHING.sub("", letter)).casefold()
    return unicodedata.normalize("NFC", apart.translate(_ALIKE).replace("i\u0307", "i"))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name."""
    return [letter.form for letter in letters(one)] == [letter.form for letter in letters(other)]


class NameIndex:
    """People by the letters of their names."""

    def __init__(self, people: Iterable[Named]) -> None:
        self._by_form: dict[tuple[str, ...], list[Named]] = {}
        for person in dict.fromkeys(people):
            form = tuple(letter.form for letter in letters(person.name.strip()) if letter.form)
            if form:
                self._by_form.setdefault(form, []).append(person)
        self._sizes: dict[str, list[int]] = {}  # of the names that begin with a letter, the longest first
        for first, size in sorted({(form[0], len(form)) for form in self._by_form}, reverse=True):
            self._sizes.setdefault(first, []).append(size)

    def at(self, text: str, row: Sequence[Letter], place: int) -> tuple[Named | None, int]:
        """Whom the longest name that begins at this letter means, and how many letters it has; 0 if there is none.

        Nobody if several people of the same rank have that name, unless only one of them writes it just so.
        """
        for size in self._sizes.get(row[place].form, ()) if place < len(row) else ():
            end = place + size
            people = self._by_form.get(tuple(letter.form for letter in row[place:end]))
            if people and end <= len(row) and _may_end(text, row, end):
                return _meant(people, text[row[place].start : row[end - 1].end]), size
        return None, 0


def _meant(people: list[Named], typed: str) -> Named | None:
    first = min(person.rank for person in people)
    nearest = {person.key: person for person in people if person.rank == first}
    if len(nearest) > 1:
        nearest = {key: person for key, person in nearest.items() if person.name == typed}
    return next(iter(nearest.values())) if len(nearest) == 1 else None


def may_begin(text: str, row: Sequence[Letter], place: int) -> bool:
    """Whether the sign at this place can begin a mention: not inside a word, an address or a path."""
    if place == 0:
        return True
    before = text[row[place - 1].start]
    if before in "_@./":
        return False
    return not before.isalnum() or is_written_without_spaces(ord(before))


def _may_end(text: str, row: Sequence[Letter], end: int) -> bool:
    if end >= len(row):
        return True
    last, following = text[row[end - 1].start], text[row[end].start]
    if following in "_@" and end + 1 < len(row):
        return not text[row[end + 1].start].isalnum()
    either = is_written_without_spaces(ord(last)) or is_written_without_spaces(ord(following))
    return either or not following.isalnum()
