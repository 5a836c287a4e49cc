"""The passage of a text in which the words somebody looked for occur, cut into parts: found words and the rest.

Parts are plain text; `fragments.marked_html` escapes them and marks what was found, so nothing typed can become HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from forum.dialogue.models.search_index import folded
from forum.dialogue.queries.search_terms import Term
from forum.kernel.scripts import is_written_without_spaces

PASSAGE = 260  # characters; three lines on a wide screen
BEFORE = 60  # characters of it before the first word found
STEM = 4  # letters that two forms of a word share at least, and the most that either has beyond them

_TOKEN = re.compile(r"[\w\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f]+")


class Part(NamedTuple):
    text: str
    is_found: bool


class Span(NamedTuple):
    start: int
    end: int


def marked(text: str, terms: tuple[Term, ...]) -> list[Part]:
    """A whole text in parts."""
    return _parts(text, Span(0, len(text)), _found(text, terms))


def passage(text: str, terms: tuple[Term, ...]) -> list[Part]:
    """The passage with the most words found, in parts; the beginning if none is."""
    found = _found(text, terms)
    span = _best(text, found)
    parts = _parts(text, span, found)
    if span.start:
        parts.insert(0, Part("… ", False))
    if span.end < len(text):
        parts.append(Part(" …", False))
    return parts


def _found(text: str, terms: tuple[Term, ...]) -> list[Span]:
    """Where the terms occur, in order. Every form of a word counts as the word, as it does in the index."""
    tokens = list(_tokens(text)) if terms else []
    found = []
    for words in [term.words.split() for term in terms]:
        for at, (span, word) in enumerate(tokens[: len(tokens) - len(words) + 1]):
            if not _is_form(word, words[0]):
                continue
            row = tokens[at : at + len(words)]
            if all(_is_form(word, sought) for (_, word), sought in zip(row, words, strict=True)):
                found.append(Span(span.start, row[-1][0].end))
    return sorted(found)


def _tokens(text: str) -> Iterator[tuple[Span, str]]:
    """Every word with its place, as the index sees it; signs of scripts without spaces one by one."""
    for match in _TOKEN.finditer(text):
        word = match.group()
        if not any(is_written_without_spaces(ord(sign)) for sign in word):
            yield Span(match.start(), match.end()), _folded_word(word)
            continue
        for place, sign in enumerate(word, start=match.start()):
            yield Span(place, place + 1), _folded_word(sign)


KEPT_WORDS = 4_000  # some 250 bytes each
_folded_word = lru_cache(maxsize=KEPT_WORDS)(folded)


@lru_cache(maxsize=KEPT_WORDS)
def _is_form(word: str, sought: str) -> bool:
    """Whether two words look like forms of one; the index knows better, this only decides what is marked."""
    if word == sought:
        return True
    shared = next(
        (at for at, (a, b) in enumerate(zip(word, sought, strict=False)) if a != b), min(len(word), len(sought))
    )
    return shared >= STEM and len(word) - shared <= STEM and len(sought) - shared <= STEM


def _best(text: str, found: list[Span]) -> Span:
    """The passage that holds the most; it begins and ends between words."""
    if not found or len(text) <= PASSAGE:
        return Span(0, _last_word_end(text, PASSAGE))
    first, most, last = 0, 0, 0
    for number, span in enumerate(found):
        while last < len(found) and found[last].end <= span.start + PASSAGE - BEFORE:
            last += 1
        if last - number > most:
            first, most = number, last - number
    start = max(0, found[first].start - BEFORE)
    start = start and _next_word_start(text, start, found[first].start)
    return Span(start, max(_last_word_end(text, start + PASSAGE), found[first].end))


def _next_word_start(text: str, place: int, limit: int) -> int:
    space = text.find(" ", place, limit)
    return place if space < 0 else space + 1


def _last_word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - BEFORE, place + 1)
    return place if space < 0 else space


def _parts(text: str, span: Span, found: list[Span]) -> list[Part]:
    parts, done = [], span.start
    for start, end in found:
        if start < done or end > span.end:
            continue
        parts += [Part(text[done:start], False), Part(text[start:end], True)]
        done = end
    parts.append(Part(text[done : span.end], False))
    return [part for part in parts if part.text]
