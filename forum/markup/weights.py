"""How dear a text is to show, counted before it is rendered: in one pass over its signs, each limit a count.

Length alone says little: two characters can make a table's row, and one bracket can send the parser over all the rest.
`check_weight` counts what makes the parser go over the same signs again and again; `Pieces` and `count_pieces` count
what it makes, while it makes it.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from forum.kernel.errors import TextTooRich
from forum.markup.plain_parts import words_alone

PIECES = 1_500  # elements of HTML: paragraphs, items, rows, cells, links, marked words, line breaks
LINES = 2_000  # that are not empty
NESTED_LINES = 5_000  # lines, each counted once more for every quote and list it stands in
MARKS = 7_000  # signs that could begin or end something, or are escaped in HTML
DELIMITERS = 2_000  # of emphasis
BRACKETED = 40_000  # signs between brackets, those that nothing closes counted to the end of their paragraph
ADDRESSES = 500  # that become links by themselves
DEFINITIONS = 300  # of links and footnotes

_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_CONTAINER = re.compile(r"[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))")
_MARK = re.compile(r"\\.|[\[\]!^&<>\x22$%{}#|@=+:*_~`\\-]", re.DOTALL)
_DEFINITION = re.compile(r"^[ \t>*+\-\d.)]*\[[^\]\n]*\]:", re.MULTILINE)
_FENCE = re.compile(r"(`{3,})\n")
_ADDRESS = re.compile(r"://|@|www\.", re.IGNORECASE)


class Pieces(list[Token]):
    """The blocks of a text; the parser is stopped as soon as they are too many."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = 0

    def append(self, token: Token) -> None:
        self.pieces += pieces_of(token)
        if self.pieces > PIECES:
            raise _too_many_parts()
        super().append(token)


def pieces_of(token: Token) -> int:
    """How many elements of HTML a token becomes."""
    if token.type == "footnote_ref":
        return 3  # the number, its link, and the link back from the note
    return int(token.nesting >= 0 and bool(token.tag) and token.type != "softbreak")


def parse_blocks(state: StateCore) -> None:
    """In place of the parser's own rule: stops where the text has too many parts. Raises TextTooRich."""
    state.tokens = Pieces()
    state.md.block.parse(state.src, state.md, state.env, state.tokens)


def parse_inline(state: StateCore) -> None:
    """The same for what stands in the blocks."""
    count = getattr(state.tokens, "pieces", 0)
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = words_alone(token.content)
        if not token.children:
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        count += sum(map(pieces_of, token.children))
        if count > PIECES:
            raise _too_many_parts()


def check_pieces(state: StateCore) -> None:
    """The last rule: now links were recognised, and footnotes stand where they belong. Raises TextTooRich."""
    tokens = [each for token in state.tokens for each in (token, *(token.children or ()))]
    if sum(map(pieces_of, tokens)) > PIECES:
        raise _too_many_parts()


def check_weight(source: str) -> None:
    """Raises TextTooRich with a sentence for the author. What is one block of code from end to end weighs nothing."""
    if _is_code(source):
        return
    _check_lines(source)
    marks = delimiters = bracketed = 0
    for paragraph in _PARAGRAPHS.split(source):
        found = _MARK.findall(paragraph)
        marks += len(found)
        delimiters += sum(map(found.count, "*_~"))
        bracketed += _between_brackets(found) if "[" in found else 0
    if marks > MARKS or delimiters > DELIMITERS:
        raise TextTooRich(_("This text has too many special characters, such as * or _. Please use fewer."))
    if bracketed > BRACKETED:
        raise TextTooRich(_("This text has too many nested square brackets. Please close or remove some."))
    if len(_ADDRESS.findall(source)) > ADDRESSES:
        raise TextTooRich(_refused(_("links and email addresses"), ADDRESSES))
    if len(_DEFINITION.findall(source)) > DEFINITIONS:
        raise TextTooRich(_refused(_("footnotes and link references"), DEFINITIONS))


def _is_code(source: str) -> bool:
    fence = _FENCE.match(source)
    end = f"\n{fence[1]}" if fence else ""
    return bool(fence) and source.find(end, len(end)) == len(source) - len(end)


def _check_lines(source: str) -> None:
    lines = nested = deepest = depth = 0
    for line in source.split("\n"):
        if not line.strip():
            depth = 0
            continue
        lines += 1
        own = _depth_of(line, deepest)
        deepest = max(deepest, own)
        depth = max(depth, own)  # a line without marks goes on in the quote or list above it
        nested += 1 + depth
    if lines > LINES:
        raise TextTooRich(_refused(_("lines"), LINES))
    if nested > NESTED_LINES:
        raise TextTooRich(
            _("There are too many lines inside quotes and lists here. Please use fewer levels or split them.")
        )


def _depth_of(line: str, deepest: int) -> int:
    """How many quotes and lists a line may stand in: by its marks, and by its indentation where lists go deep."""
    depth = place = 0
    while (found := _CONTAINER.match(line, place)) is not None:
        place = found.end()
        depth += 1
    return depth + min(deepest, (len(line) - len(line.lstrip(" \t"))) // 2)


def _between_brackets(marks: list[str]) -> int:
    """How many marks the parser passes while it looks for the end of each bracket."""
    opened: list[int] = []
    passed = 0
    for place, mark in enumerate(marks):
        if mark == "[":
            opened.append(place)
        elif mark == "]" and opened:
            passed += place - opened.pop()
    return passed + sum(len(marks) - place for place in opened)


def _refused(what: str, limit: int) -> str:
    words: dict[str, Any] = {"what": what, "limit": limit}
    return _("This text has too many %(what)s. A comment can have at most %(limit)s. Please split it.") % words


def _too_many_parts() -> TextTooRich:
    return TextTooRich(
        _(
            "This text has too many elements (such as list items, table cells and links). A comment can "
            "have at most %(limit)s. Please split it."
        )
        % {"limit": PIECES}
    )
