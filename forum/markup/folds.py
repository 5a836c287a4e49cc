"""A quotation behind a line that says so is folded: what a mail program quoted and added below a reply."""

from __future__ import annotations

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

QUOTED_FROM_EMAIL = "Quoted text from the email:"


def fold_quotations(state: StateCore) -> None:
    """A rule behind the parsing: the line becomes the summary of an element that opens the quotation right below it."""
    made: list[Token] = []
    place = 0
    while place < len(state.tokens):
        end = _end_of_quotation(state.tokens, place)
        if end is None:
            made.append(state.tokens[place])
            place += 1
            continue
        made += [_tag("details", 1), _tag("summary", 1), state.tokens[place + 1], _tag("summary", -1)]
        made += [*state.tokens[place + 3 : end], _tag("details", -1)]
        place = end
    state.tokens = made


def _end_of_quotation(tokens: list[Token], place: int) -> int | None:
    """Where the quotation ends which the paragraph at this place announces; None if it announces none."""
    opening = tokens[place]
    if opening.type != "paragraph_open" or opening.level or tokens[place + 1].content != QUOTED_FROM_EMAIL:
        return None
    rest = range(place + 3, len(tokens))
    if not rest or tokens[rest[0]].type != "blockquote_open":
        return None
    return next(at for at in rest if tokens[at].type == "blockquote_close" and not tokens[at].level) + 1


def _tag(name: str, nesting: int) -> Token:
    return Token(f"{name}_{'open' if nesting > 0 else 'close'}", name, nesting, block=True)  # type: ignore[arg-type]
