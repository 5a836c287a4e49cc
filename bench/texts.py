"""What texts at the length limit cost: `make bench-texts` prints the dearest, beside an ordinary one of that length.

Each is one short unit again and again, alone, in quotes, in lists, or behind a beginning. What is refused is measured,
too, and then as much of it as is accepted, with ordinary words up to the limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import django

django.setup()

from forum.kernel.choices import SOURCE_LENGTH  # noqa: E402 - sentences need the settings
from forum.kernel.errors import TextRefused  # noqa: E402
from forum.markup.render import render  # noqa: E402

SHOWN = 10
HALVINGS = 6  # steps in which the accepted share of a refused text is found
ORDINARY = (
    "Where cooperation begins, nobody waits for the others: *somebody* invites, and the rest is habit. See "
    "[the report](https://example.org/report) of the second day, and what was answered to it since then.\n\n"
)
UNITS = {
    "paragraphs": "a\n\n", "lines": "a\n", "line breaks": "a\\\n", "headings": "#\n", "rules": "***\n\n",
    "items": "- a\n", "numbers": "1. a\n", "empty items": "-\n", "items in items": "- - - ", "fences": "```\n",
    "quotes in quotes": "> > > ", "quotes": "> a\n\n", "cells": "|", "named cells": "a|", "code": "`a` ",
    "ticks": "` `` ", "emphasis": "*a* ", "open emphasis": "*a ", "closed emphasis": "a* ", "underscores": "_a_ ",
    "mixed emphasis": "*a _b ", "strong": "**a** ", "struck": "~~a~~ ", "stars": "*", "tildes": "~ ",
    "open brackets": "[", "closed brackets": "]", "pairs": "[]", "open images": "![", "open notes": "^[",
    "notes": "^[a] ", "links": "[a](b:c) ", "web links": "[a](http://b.c) ", "images": "![a](http://b.c) ",
    "open links": "[a](", "named links": "[a][b] ", "definitions": "[a]: b\n", "note marks": "[^a] ",
    "note definitions": "[^a]: b\n", "angles": "<", "angle links": "<http://a.b> ", "angle addresses": "<a@b.cc> ",
    "web addresses": "http://a.b ", "email addresses": "a@b.cc ", "host names": "a.com ", "www": "www.a.b ",
    "mentions": "@a ", "entities": "&amp; ", "ands": "&", "backslashes": "\\", "escapes": "\\*", "dollars": "$",
    "exclamations": "!", "colons": ":", "dots": ".", "spaces": "a  ", "tabs": "a\t", "hyphens": "a-",
    "equals": "=\na\n", "quotation marks": '"', "tags": "<a>", "indented": "\ta\n", "letters": "a", "wide": "字",
    "accents": "é ", "host": "a.b", "tilde fences": "~~~\n", "underlined": "a\n=\n\n", "numbered notes": "[^1]",
    "parentheses": "()", "one link": "[a](b:c", "control": "\u200b",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    name: str
    seconds: float
    is_refused: bool


def texts() -> Iterator[tuple[str, Callable[[float], str]]]:
    """Each text by its name, as a function of the share of it that is built."""
    for name, unit in UNITS.items():
        yield name, lambda share, unit=unit: filled("", unit, share)  # type: ignore[misc]
        yield f"{name}, in a quote", lambda share, unit=unit: quoted(unit, share)  # type: ignore[misc]
    yield "rows of a table", lambda share: filled("|a\n|-\n", "a\n", share)
    yield "rows of a wide table", lambda share: filled("|a" * 300 + "\n" + "|-" * 300 + "\n", "a\n", share)
    yield "lazy lines below 30 quotes", lambda share: filled(">" * 30 + "a\n", "a\n", share)
    yield "lazy lines below 15 lists", lambda share: filled("- " * 15 + "a\n", "a\n", share)
    yield "open brackets before stars", lambda share: filled("[" * 400, "*a", share)
    yield "open brackets before ticks", lambda share: filled("[" * 400, "` `` ", share)
    yield "nested images", lambda share: nested("![", "](http://a.b)", share)
    yield "nested notes", lambda share: nested("^[", "]", share)
    yield "nested emphasis", lambda share: nested("*a **b ", "** *", share)
    yield "definitions before lines", lambda share: filled("[a]: b\n" * 250, "a\n", share)
    yield "items, then quotation marks", lambda share: filled("- a\n" * 700, '"', share)
    yield "cells, then ands", lambda share: filled("|a|b|c\n|-|-|-\n" + "a\n" * 350 + "\n", "&", share)
    yield "notes, then host names", lambda share: filled("^[a] " * 240 + "\n\n", "a.com ", share)
    yield "one note many times", lambda share: filled("[^a]: b\n\n", "[^a] ", share)
    yield "marked words in one note", lambda share: filled("^[", "*a* ", share)
    yield "rows of pairs", lambda share: filled("|a|b\n|-|-\n", "a\n", share)
    yield "quotes and items", lambda share: filled("", "> - > - > - a\n", share)
    yield "named links before one name", lambda share: filled("[a]: http://b.c\n\n", "[a] ", share)
    yield "nested items", lambda share: filled("", "".join(f"{'  ' * n}- a\n" for n in range(18)), share)


def filled(head: str, unit: str, share: float) -> str:
    room = int((SOURCE_LENGTH - len(head)) * share)
    return topped_up((head + unit * (room // len(unit)))[:SOURCE_LENGTH])


def quoted(unit: str, share: float) -> str:
    lines = "".join(f"> {line}\n" for line in filled("", unit, share).split("\n"))
    return topped_up(lines[: int(SOURCE_LENGTH * share)])


def nested(before: str, behind: str, share: float) -> str:
    deep = int(SOURCE_LENGTH * share) // len(before + behind)
    return topped_up(before * deep + behind * deep)


def topped_up(text: str) -> str:
    """With ordinary words up to the limit."""
    room = SOURCE_LENGTH - len(text) - 2
    return text if room < 0 else text + "\n\n" + (ORDINARY * (room // len(ORDINARY) + 1))[:room]


def measured(name: str, text: str) -> Cost:
    begun = time.process_time()
    try:
        render(text)
        is_refused = False
    except TextRefused:
        is_refused = True
    return Cost(name, time.process_time() - begun, is_refused)


def best_of(name: str, text: str, times: int = 2) -> Cost:
    return min((measured(name, text) for _ in range(times)), key=lambda cost: cost.seconds)


def accepted(name: str, build: Callable[[float], str]) -> Cost | None:
    """As much of a refused text as is not refused."""
    low, high, found = 0.0, 1.0, None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        cost = best_of(f"{name}, {middle:.0%} of it", build(middle))
        if cost.is_refused:
            high = middle
        else:
            low, found = middle, cost
    return found


def main() -> None:
    ordinary = topped_up(ORDINARY)[:SOURCE_LENGTH]
    measured("warm", ordinary)
    usual = best_of("ordinary", ordinary, 5)
    costs: list[Cost] = []
    built = list(texts())
    for name, build in built:
        whole = best_of(name, build(1.0))
        part = accepted(name, build) if whole.is_refused else None
        costs += [whole, *([part] if part else [])]
    costs.sort(key=lambda cost: -cost.seconds)
    refused = sum(cost.is_refused for cost in costs)
    print(f"{len(built)} texts of {SOURCE_LENGTH:,} characters and what is accepted of them; {refused} refused")
    print(f"{'ordinary':52}{usual.seconds * 1000:>8.0f} ms")
    for cost in costs[:SHOWN]:
        said = "refused" if cost.is_refused else "accepted"
        print(f"{cost.name:52}{cost.seconds * 1000:>8.0f} ms{cost.seconds / usual.seconds:>8.1f} ×  {said}")


if __name__ == "__main__":
    main()
